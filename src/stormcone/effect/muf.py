"""HF COM by a depressed MUF: only near ionosondes now, and as the model expects it ahead."""

from collections.abc import Sequence

import numpy as np

from stormcone.effect.exceeded import SEEN, Exceeded, field_reached, reached
from stormcone.effect.thresholds import THRESHOLDS, Thresholds
from stormcone.forecast.field import Source
from stormcone.forecast.muf import QUANTITY, MufStep

MEDIAN_PROBABILITY = 0.5


def muf(now: MufStep, *, thresholds: Thresholds = THRESHOLDS) -> tuple[Exceeded, ...] | None:
    """Return where the median of MUF is depressed too far, in cells near an ionosonde.

    None where no ionosonde has spoken of late, or where Kp of the last 96 h is not known.
    A storm model alone says nothing here.
    """
    field = now.depression_percent
    if now.counted is None or not _sounded(field.based_on):
        return None
    if not now.counted:
        return ()
    row = thresholds.of(QUANTITY)
    median = field.values[field.levels.index(0.5)]
    seen = np.where(now.informed, median, -np.inf)
    return reached(
        row,
        greatest=float(np.fmax.reduce(seen, axis=None)),
        masks=lambda severity: seen >= row.at(severity),
        probability=lambda _: MEDIAN_PROBABILITY,
        unknown=bool(np.isnan(median[now.informed]).any()) or not now.informed.any(),
        valid=field.valid,
        based_on=field.based_on,
    )


def muf_ahead(
    step: MufStep,
    *,
    thresholds: Thresholds = THRESHOLDS,
    probability: float = MEDIAN_PROBABILITY,
) -> tuple[Exceeded, ...] | None:
    """Return where MUF will be depressed that probably; a model's answer is an answer here.

    None where Kp of the 96 h before is not known.
    """
    if not step.counted:
        return None if step.counted is None else ()
    row = thresholds.of(QUANTITY)
    return field_reached(step.depression_percent, row, probability=probability)


def _sounded(based_on: Sequence[Source]) -> bool:
    soundings = [seen for seen in based_on if not seen.quantity.startswith("kp")]
    return any(seen.provenance in SEEN for seen in soundings)
