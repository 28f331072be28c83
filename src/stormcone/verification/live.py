"""What a running centre said of numbers and events, kept line by line and scored with time.

A product is kept as JSON lines when it is issued, and scored when the truth is known: records
go in, scores come out, and where they lie is the centre's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.outlook import Chance, Outlook
from stormcone.verification.bootstrap import Interval, interval, skill
from stormcone.verification.distribution import covered, crps_from_quantiles
from stormcone.verification.probability import FEWEST_EVENTS, losses

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = {"kp": 3 * HOUR, "dst_nt": HOUR, "ap_daily": DAY, "f107_sfu": DAY}
"""How long the value lasts that is forecast; `valid` is its beginning."""
LOW, HIGH = 0.1, 0.9
"""The edges of the middle 80 %."""
SINGLE = (0.5,)
Floats = NDArray[np.float64]
Levels = tuple[float, ...]
Truth = Mapping[tuple[str, datetime | None, datetime], float]


class Kept(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value ahead as it was issued: quantiles at `levels`, or one probability without any.

    A probability is of an event between `begin` and `valid`. `persistence` and `climatology`
    are what the simple rules said for the same time.
    """

    quantity: str
    issued: datetime
    begin: datetime | None = None
    valid: datetime
    levels: Levels = ()
    values: Levels
    persistence: float | None = None
    climatology: float | None = None

    def __post_init__(self) -> None:
        if len(self.values) != max(len(self.levels), 1):
            raise ValueError(f"{len(self.values)} values for the levels {self.levels}")

    @property
    def asks(self) -> tuple[str, datetime | None, datetime]:
        """What the truth is looked up by."""
        return self.quantity, self.begin, self.valid


class Scored(Struct, frozen=True, kw_only=True):
    """How one quantity did at one lead: CRPS of quantiles, Brier score of probabilities.

    Leads count whole intervals from the one that runs at the issue: of Kp it is 3 h in the
    three hours that hold it, of an event the time until its end.
    `persistence` and `climatology` are the skill against them; `coverage` is the share that the
    middle 80 % held. With fewer than 30 events (of quantiles: cases) there are counts only.
    """

    quantity: str
    lead_h: float
    cases: int
    events: int
    measure: str
    score: Interval | None = None
    persistence: Interval | None = None
    climatology: Interval | None = None
    coverage: Interval | None = None


def kept(outlook: Outlook) -> tuple[Kept, ...]:
    """Return the records of an outlook, one for each time ahead that is known."""
    rules = zip(outlook.persistence.tolist(), outlook.climatology.tolist(), strict=True)
    return tuple(
        Kept(
            quantity=outlook.quantity,
            issued=outlook.issued,
            valid=valid,
            levels=outlook.levels,
            values=tuple(values.tolist()),
            persistence=_known(persistence),
            climatology=_known(climatology),
        )
        for valid, values, (persistence, climatology) in zip(
            outlook.valid, outlook.values, rules, strict=True
        )
        if np.isfinite(values).all()
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def kept_chance(chance: Chance) -> Kept:
    """Return the record of a probability; it is valid at the end of its time."""
    return Kept(
        quantity=chance.event,
        issued=chance.issued,
        begin=chance.begin,
        valid=chance.end,
        values=(chance.probability,),
        persistence=chance.persistence,
        climatology=chance.climatology,
    )


def write(records: Iterable[Kept]) -> bytes:
    """Return records as JSON lines."""
    return msgspec.json.Encoder().encode_lines(list(records))


def read(body: bytes) -> tuple[Kept, ...]:
    """Return the records in JSON lines.

    Raises
    ------
    ValueError
        If a line is none, with its number.
    """
    return tuple(
        _line(number, line) for number, line in enumerate(body.splitlines(), 1) if line
    )


def _line(number: int, line: bytes) -> Kept:
    try:
        return msgspec.json.decode(line, type=Kept)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"line {number} is no kept product: {error}; mend or remove it"
        ) from error


def score(
    records: Iterable[Kept], truth: Truth, *, block: timedelta, rng: np.random.Generator
) -> tuple[Scored, ...]:
    """Return the scores of each quantity and lead, of the records whose truth has arrived.

    Parameters
    ----------
    truth
        By what the records ask (see `truth_of`); of an event 1 or 0.
    block
        How long neighbours resemble each other: what is resampled together.
    """
    groups: dict[tuple[str, float, Levels], list[Kept]] = {}
    for one in sorted(records, key=lambda record: record.valid):
        if one.asks in truth:
            groups.setdefault((one.quantity, _lead_h(one), one.levels), []).append(one)
    return tuple(
        _score(quantity, lead_h, some, truth, block, rng)
        for (quantity, lead_h, _), some in sorted(groups.items())
    )


def _lead_h(one: Kept) -> float:
    """Return the hours to its end from the start of the interval that holds the issue."""
    begin = one.begin or (one.valid if one.levels else one.issued)
    end = one.valid + SPANS.get(one.quantity, HOUR) if one.levels else one.valid
    span = end - begin
    return round(span / HOUR * -((one.issued - end) // span), 2)


def _score(
    quantity: str,
    lead_h: float,
    records: Sequence[Kept],
    truth: Truth,
    block: timedelta,
    rng: np.random.Generator,
) -> Scored:
    came = np.array([truth[one.asks] for one in records])
    levels = records[0].levels
    events = len(came) if levels else int(came.sum())
    bare = Scored(
        quantity=quantity,
        lead_h=lead_h,
        cases=len(came),
        events=events,
        measure="CRPS" if levels else "Brier",
    )
    if events < FEWEST_EVENTS:
        return bare
    size = _cases_in(block, records)
    ours = _losses(levels, [one.values for one in records], came)
    return msgspec.structs.replace(
        bare,
        score=interval(ours, block=size, rng=rng),
        persistence=_skill(ours, [one.persistence for one in records], levels, came, size, rng),
        climatology=_skill(ours, [one.climatology for one in records], levels, came, size, rng),
        coverage=_coverage(records, came, size, rng),
    )


def _cases_in(block: timedelta, records: Sequence[Kept]) -> int:
    """Return how many cases a block holds, at the usual step between them."""
    at = np.array([one.valid.timestamp() for one in records])
    step_s = float(np.median(np.diff(at)))
    return max(1, round(block.total_seconds() / step_s)) if step_s else len(records)


def _losses(levels: Levels, said: Sequence[Levels], came: Floats) -> Floats:
    values = np.array(said)
    return crps_from_quantiles(levels, values, came) if levels else losses(values[:, 0], came)


def _skill(
    ours: Floats,
    rule: Sequence[float | None],
    levels: Levels,
    came: Floats,
    block: int,
    rng: np.random.Generator,
) -> Interval | None:
    """Return the skill against a simple rule; None where it did not speak each time."""
    said = [(value,) for value in rule if value is not None]
    if len(said) < len(rule):
        return None
    theirs = _losses(SINGLE if levels else (), said, came)
    return interval(np.column_stack([ours, theirs]), block=block, rng=rng, statistic=skill)


def _coverage(
    records: Sequence[Kept], came: Floats, block: int, rng: np.random.Generator
) -> Interval | None:
    levels = records[0].levels
    if not {LOW, HIGH} <= set(levels):
        return None
    inside = covered(levels, [one.values for one in records], came)
    return interval(inside, block=block, rng=rng)
