"""Advisory numbers: one counter per year and effect, shared by all centres (pure)."""

from stormcone.advisory.advisory import Number
from stormcone.advisory.threads import Counters, counter_key
from stormcone.effect.effect import Kind
from stormcone.watch.body import DutyError

LARGEST_COUNT = 9999


class CounterError(DutyError):
    """A counter is not known, or at its end."""


def next_number(counters: Counters, year: int, effect: Kind) -> Number:
    """Return the number after the highest released, seen or taken one.

    Raises
    ------
    CounterError
        If 9999 is given already.

    Examples
    --------
    >>> next_number({"2026/HF COM": 27}, 2026, Kind.HF_COM).key
    '2026/HF COM/28'
    """
    last = counters.get(counter_key(year, effect), 0)
    if last >= LARGEST_COUNT:
        raise CounterError(
            f"{counter_key(year, effect)}/{last} was the last number of the year; "
            f"agree on the continuation with the other centres"
        )
    return Number(year=year, effect=effect, count=last + 1)


def is_known(counters: Counters, year: int, effect: Kind) -> bool:
    """Say whether the counter of this year, or of the year before, was ever heard of.

    SHELTER has a series of the centre's own: it needs nobody's word.
    """
    if effect is Kind.SHELTER:
        return True
    return any(counter_key(y, effect) in counters for y in (year, year - 1))


def confirm(counters: Counters, number: Number, confirmed: int | None) -> None:
    """Refuse a first number that rests on no counter, until an officer confirms it.

    Raises
    ------
    CounterError
        If the counter is not known and `confirmed` is not this number's count.
    """
    if is_known(counters, number.year, number.effect) or confirmed == number.count:
        return
    raise CounterError(
        f"no counter of {counter_key(number.year, number.effect)} was taken or seen, so "
        f"{number.key} may have been given by another centre: take the counter over, or "
        f"confirm the count {number.count} at release (confirmed: {confirmed})"
    )
