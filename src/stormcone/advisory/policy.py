"""The policy of a centre: how long something must last, and how wide it is spoken of.

`docs/hysteresis.md` shows what each of these numbers costs and what it saves.
"""

from datetime import timedelta
from math import inf

from msgspec import Struct

MINUTE = timedelta(minutes=1)


class Policy(Struct, frozen=True, kw_only=True):
    """How long something must last before the centre speaks, and how wide it then speaks.

    An area is what is held now, made wider by where it was held in the last `memory` and by up
    to `pad_cells` cells all around. Beyond the first cell both together stay within `room_sr`.
    """

    open_after: timedelta = 10 * MINUTE
    raise_after: timedelta = 5 * MINUTE
    lower_after: timedelta = 60 * MINUTE
    grow_after: timedelta = 10 * MINUTE
    grow_share: float = 0.10
    shrink_after: timedelta = 60 * MINUTE
    shrink_iou: float = 0.5
    dwell: timedelta = 30 * MINUTE
    end_after: timedelta = 90 * MINUTE
    deadline: timedelta = 30 * MINUTE
    leave: float = 0.9
    forecast_probability: float = 0.3
    isolated_probability: float = 0.1
    memory: timedelta = 60 * MINUTE
    pad_cells: int = 1
    room_sr: float = inf


AT_ONCE = Policy(open_after=0 * MINUTE, raise_after=0 * MINUTE, memory=0 * MINUTE)
"""One-minute data of a flare: no waiting to open or to raise, and no lingering."""

PATCHES = Policy(
    open_after=0 * MINUTE,
    raise_after=0 * MINUTE,
    grow_after=0 * MINUTE,
    grow_share=0.25,
    dwell=20 * MINUTE,
    pad_cells=5,
    room_sr=0.1,
)
"""Scintillation, in patches that jump: followed at once, and padded where they are small."""
