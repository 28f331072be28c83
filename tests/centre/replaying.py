"""Replay the packaged storm and keep what came of it."""

from pathlib import Path

import msgspec

from stormcone.centre.replay import Issued, issued, play
from stormcone.observation import scenario
from stormcone.watch.fold import fold
from stormcone.watch.sqlite import SqliteStore


class Replayed(msgspec.Struct):
    """What a replay printed, and the journal it left."""

    lines: list[Issued]
    records: list[bytes]

    @property
    def state(self):
        return fold(self.records)


def replayed(folder: Path) -> Replayed:
    storm = scenario.load("2026-01")
    released = play(storm, folder, start=storm.start, end=storm.end, speed=0)
    lines = [issued(release) for release in released]
    store = SqliteStore(folder)
    try:
        return Replayed(lines, store.read(0, 10_000))
    finally:
        store.close()
