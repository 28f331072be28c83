"""`stormcone watch`: the journal of a centre that is not running."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from stormcone.cli.common import FOLDER, RefusedError, told
from stormcone.watch.command import no_bulletins
from stormcone.watch.desk import Desk, Identity
from stormcone.watch.fold import fold
from stormcone.watch.key import scenario_key
from stormcone.watch.sqlite import SqliteStore

data = click.option("--data", type=FOLDER, required=True, help="Folder of the journal.")


@click.group()
def watch() -> None:
    """Read a centre's journal: its log, its state, and whether it is whole."""


@contextmanager
def _store(folder: Path) -> Iterator[SqliteStore]:
    if not (folder / "journal.sqlite").exists():
        raise FileNotFoundError(f"no journal in {folder}; name the folder that `run` printed")
    store = SqliteStore(folder)
    try:
        yield store
    finally:
        store.close()


@watch.command()
@data
@click.option("--after", default=0, show_default=True, help="Begin after this record.")
@click.option("--json", "as_json", is_flag=True, help="The events themselves, one a line.")
def log(data: Path, after: int, *, as_json: bool) -> None:
    """Print the journal, oldest first."""
    from stormcone.api.notices import in_words
    from stormcone.watch.event import read_event, unseal

    with told(), _store(data) as store:
        while records := store.read(after):
            for record in records:
                after += 1
                event = read_event(unseal(record, after)[1], after)
                words = f"{event.seq:5d}  {event.at:%d %b %H:%M:%SZ}  {in_words(event)}"
                click.echo(msgspec.json.encode(event) if as_json else words)


@watch.command()
@data
def verify(data: Path) -> None:
    """Read the whole journal: chain, signatures, checkpoints; status 1 if it is damaged."""
    with told(), _store(data) as store:
        reader = Identity(site="reader", key=scenario_key("reader", "reader"))
        desk = Desk(store, reader, no_bulletins)
        found = desk.verify()
        if found.bad_seq is not None:
            raise RefusedError(found.why)
        if found.differing_checkpoints:
            raise RefusedError(
                f"checkpoints {found.differing_checkpoints} differ from the state"
            )
        click.echo(f"whole: {found.records} records, head {found.head.chain}")


@watch.command()
@data
@click.option("--json", "as_json", is_flag=True, help="The whole state.")
def state(data: Path, *, as_json: bool) -> None:
    """Print the state that the journal folds to, or its digest and what is live."""
    with told(), _store(data) as store:
        folded = fold(store.read(0, 10**9))
        if as_json:
            click.echo(msgspec.json.encode(folded, order="deterministic"))
            return
        click.echo(f"records {folded.head.seq}, state {folded.sha256}")
        for thread in folded.live():
            click.echo(f"live: {thread.key}, last {thread.keys[-1]}, next by {thread.next_by}")
        for draft in folded.drafts.values():
            click.echo(f"draft {draft.id}: {len(draft.signatures)} of 2 signatures")
