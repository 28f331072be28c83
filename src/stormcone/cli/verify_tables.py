"""The tables that `stormcone verify` prints: the same rows as text and as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from stormcone.verification.bootstrap import Interval
from stormcone.verification.live import Scored
from stormcone.verification.probability import Bin

Cell = str | int | float | datetime | Interval | None
Row = Mapping[str, Cell]
Table = tuple[str, Iterable[Row]]


def scored(found: Iterable[Scored], against: str | None) -> Iterator[Row]:
    """Yield the scores of what a centre kept, by quantity and lead."""
    for one in found:
        skills = {"persistence": one.persistence, "climatology": one.climatology}
        yield {
            "": one.quantity,
            "lead, h": one.lead_h,
            "cases": one.cases,
            "events": one.events,
            "score": one.measure,
            "value": one.score,
            "within 80 %": one.coverage,
            **{
                f"skill against {rule}": skill
                for rule, skill in skills.items()
                if against in (None, rule)
            },
        }


SHOWN = (
    *("cases", "events", "rmse", "crps", "coverage_80", "mape"),
    *("brier", "bss", "tss_max"),
)
OF_A_RULE = ("crps_skill", "skill", "mape")


def skill(targets: Mapping[str, Any], against: str | None) -> Iterator[Row]:
    """Yield a walk-forward result by target, beside the rules, or only one of them."""
    for target, measured in targets.items():
        if isinstance(measured, Mapping):
            yield {"": target, **_measures(measured, against)}


def _measures(measured: Mapping[str, Any], against: str | None) -> dict[str, Cell]:
    """Return what is shown of a target; of a result in other words, all of it."""
    rules = {name: one for name, one in measured.items() if isinstance(one, Mapping)}
    known = "cases" in measured
    plain = {
        name: _value(one)
        for name, one in measured.items()
        if name not in rules and (name in SHOWN or not known) and not _nested(one)
    }
    beside = {
        f"{rule} {name}": _value(one)
        for rule, scores in rules.items()
        for name, one in scores.items()
        if (name in OF_A_RULE or not known) and (against in (None, rule) or not known)
    }
    return plain | beside


def _nested(one: object) -> bool:
    return isinstance(one, list) and any(isinstance(part, list | dict) for part in one)


def _value(one: Any) -> Cell:  # noqa: ANN401 - any JSON value
    """Return a score; three numbers are its value and the ends of its interval."""
    if isinstance(one, list) and len(one) == 3:
        value, low, high = one
        return Interval(value, low, high, cases=0)
    return " ".join(map(str, one)) if isinstance(one, list) else one


def bins(targets: Mapping[str, Any]) -> dict[str, tuple[Bin, ...]]:
    """Return the bins of reliability of each target that is an event."""
    names = ("low", "high", "cases", "probability", "frequency")
    return {
        target: tuple(
            Bin(**dict(zip(names, one, strict=True))) for one in measured["reliability"]
        )
        for target, measured in targets.items()
        if isinstance(measured, Mapping) and "reliability" in measured
    }


def reliable(found: Mapping[str, Sequence[Bin]]) -> Iterator[Row]:
    """Yield what was said beside what came, for each bin that holds a case."""
    for target, some in found.items():
        for one in some:
            if one.cases:
                yield {
                    "": target,
                    "from": one.low,
                    "to": one.high,
                    "cases": one.cases,
                    "said": one.probability,
                    "came": one.frequency,
                }


def text(table: Table) -> str:
    """Return a title and its rows in Markdown, whose columns stand below each other."""
    title, rows = table[0], list(table[1])
    return f"{title}\n\n{_columns(rows) if rows else 'nothing'}\n"


def _columns(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    head, *rest = [_line(line, widths) for line in cells]
    return "\n".join([head, rule, *rest])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"


def _cell(value: Cell) -> str:
    match value:
        case None:
            return "-"
        case datetime():
            return f"{value:%d/%H%MZ}"
        case Interval():
            return _span(value)
        case float():
            return f"{value:.3g}"
        case _:
            return str(value)


def _span(found: Interval) -> str:
    """Return a score with its interval: ``0.48 (0.45 to 0.51)``."""
    if found.value is None:
        return "-"
    return f"{found.value:.3g} ({found.low:.3g} to {found.high:.3g})"


def lines(table: Table) -> Iterator[bytes]:
    """Yield one JSON object a row, with the title of its table."""
    title, rows = table
    for row in rows:
        plain = {name or "what": _plain(value) for name, value in row.items()}
        yield msgspec.json.encode({"table": title, **plain})


def _plain(value: Cell) -> object:
    """Return an interval as its value and ends; all else as it is."""
    return (value.value, value.low, value.high) if isinstance(value, Interval) else value
