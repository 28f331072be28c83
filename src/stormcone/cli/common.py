"""What every command shares: times as arguments, and errors as one line with a status."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from stormcone.reference.utc import plausible, read_utc

DEFAULT_SCENARIO = "2026-01"
DATA = Path("stormcone-data")
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Time(click.ParamType[datetime]):
    """A UTC time on the command line."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return `value` as a UTC time, or say what one looks like."""
        try:
            return plausible(value if isinstance(value, datetime) else read_utc(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class RefusedError(click.ClickException):
    """What was asked for was refused, with the reason."""

    exit_code = 1


class WrongError(click.ClickException):
    """A name, a file, a folder or an address is not what it should be."""

    exit_code = 2


@contextmanager
def told() -> Iterator[None]:
    """Turn what the rooms raise into one line and an exit status: 1 refused, 2 unusable."""
    try:
        yield
    except BrokenPipeError:
        raise  # click ends quietly when the reader of a pipe has left
    except (LookupError, OSError) as error:
        raise WrongError(str(error)) from error
    except ValueError as error:
        raise RefusedError(str(error)) from error
