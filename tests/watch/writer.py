"""A process that releases advisories, says so after each, and is there to be killed."""

import sys
from pathlib import Path

import watch_kit as kit

from stormcone.watch.desk import Desk
from stormcone.watch.sqlite import SqliteStore


def write(folder):
    """Release for ever, one line for each number that the journal has acknowledged."""
    store = SqliteStore(Path(folder))
    desk = Desk(store, kit.identity(), kit.render) if store.head().seq else kit.found(store)
    print("ready", flush=True)  # noqa: T201
    while True:
        print(kit.release(desk).advisory.number.count, flush=True)  # noqa: T201


if __name__ == "__main__":
    write(sys.argv[1])
