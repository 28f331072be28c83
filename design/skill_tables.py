"""How good the trained forecasts were on years that they had not seen.

Run: `python design/skill_tables.py`. It puts the scores of authorities/skill/*.json into
docs/skill.md and draws docs/reliability.svg; nothing in either is written by hand.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCS, SKILL = ROOT / "docs", ROOT / "authorities/skill"
TITLES = {
    "kp": "Kp from its own past",
    "kp-nowcast": "Kp from the solar wind",
    "dst": "Dst, nT",
    "ap": "Ap, and storms by day",
    "f107": "F10.7, sfu",
    "flares": "Flares",
    "protons": "Solar protons",
    "cme": "Arrival of ejections",
}
CAVEATS = {
    "kp-nowcast": (
        "Half of the single year 1998, learnt from the months before; its constants were "
        "chosen on that year. How it does in a quiet year, or with a wind measured in real "
        "time, is not known."
    ),
    "dst": (
        "Half of the single year 1998, learnt from the months before. The time in which the "
        "southward field fades and the classes of activity were chosen on that year."
    ),
    "flares": (
        "The penalty was chosen on the years that are scored. The chances of single regions "
        "were scored with each region's own flares of the last day. A centre is told where a "
        "flare was from M5 on only; without that the climatology of the region's class stands "
        "in, which is not scored here."
    ),
    "cme": (
        "64 ejections that all brought protons and all came; the first ten only teach "
        "climatology. The spread of the model was fitted on the same 64, so that its coverage "
        "is no test, and nothing is said of misses and false alarms."
    ),
}
"""What was chosen on the data that are scored, or is otherwise less than it seems."""
RULES = ("persistence", "recurrence", "climatology")
HEAD = (
    "# How good the forecasts are\n\n"
    "Made by `python design/skill_tables.py` from `authorities/skill/*.json`, which "
    "`stormcone train` writes (of ejections a test); not to be edited by hand. Each "
    "span was forecast by coefficients that had learnt from earlier data only; what was "
    "nevertheless chosen on the scored data is said there. In brackets: 95 % interval from "
    "moving blocks of 3 days (three-hourly and hourly rows) or 27 days (daily rows), "
    "2,000 resamples. *Persistence* says what was last seen, *recurrence* what was 27 "
    "days before, *climatology* the distribution or the frequency of all earlier data. "
    "Skill against a rule is 1 less our score over the rule's: the CRPS of numbers (of a rule "
    "that says one number its absolute error, so that part of the skill is in having a "
    "spread at all), the "
    "Brier score of events; BSS is that against the frequency in the span itself, which "
    "nobody knew before.\n\n"
    "Retrain and compare with `stormcone train MODEL --inputs FOLDER --until DATE "
    "--check`. Files are known by what they hold; those that were read are named below "
    "with the beginning of their SHA-256.\n"
)
BY_MONTH = "dst-by-month"
PLOT, SIZE, LEFT, TOP = "reliability.svg", 360, 60, 20
FEWEST = 30
COLOURS = {"G1 1 d": "#1f6f8b", "G1 2 d": "#c2571a", "G1 3 d": "#5b8e7d"}


def page(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page for the scores of each model."""
    parts = [HEAD]
    for model, title in TITLES.items():
        if model in found:
            parts.append("\n".join(section(model, title, found[model])))
        if model == "dst" and BY_MONTH in found:
            parts.append(beside_dressed_persistence(found[BY_MONTH]["leads"]))
        if model == "ap" and model in found:
            parts.append(
                f"![how often G1 or more came, against what was said]({PLOT})\n\n"
                f"Open points hold fewer than {FEWEST} days and say little.\n"
            )
    return "\n".join(parts)


def section(model: str, title: str, scores: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of one model."""
    read = "; ".join(f"{one['name']} `{one['sha256'][:16]}`" for one in scores["inputs"])
    yield f"## {title}\n"
    yield f"`{model}`, scored from {scores['from']} to {scores['until']}. Read: {read}.\n"
    if model in CAVEATS:
        yield f"{CAVEATS[model]}\n"
    numbers = {name: one for name, one in scores["targets"].items() if "crps" in one}
    events = {name: one for name, one in scores["targets"].items() if "bss" in one}
    if numbers:
        yield from number_rows(numbers, percent=model == "f107")
    if events:
        yield from event_rows(events)
    few = [
        f"{name} ({one.get('events', 0)} events)"
        for name, one in scores["targets"].items()
        if name not in numbers and name not in events
    ]
    if few:
        yield f"Too few events for a score: {', '.join(in_order(few))}.\n"


def beside_dressed_persistence(leads: Mapping[str, Any]) -> str:
    """Return what is left of the skill of Dst beside a persistence with a spread of its own."""
    gains = "; ".join(f"{lead} {spread(one['crps_gain_nt'])}" for lead, one in leads.items())
    sure = [lead for lead, one in leads.items() if one["crps_gain_nt"][1] > 0]
    return (
        "Persistence with a spread learnt in the same way is a harder rule. April to December "
        f"1998, by how much our CRPS is lower, nT: {gains}. Beyond {sure[-1]} we are not "
        f"surely better than it (`authorities/skill/{BY_MONTH}.json`).\n"
    )


def number_rows(targets: Mapping[str, Any], *, percent: bool) -> Iterator[str]:
    """Yield the table of quantities, with the error in percent where that has a meaning."""
    yield (
        "| lead | cases | RMSE | CRPS | 80 % covers | "
        + ("MAPE, % | of persistence | " if percent else "RMSE of persistence | ")
        + " | ".join(f"skill against {rule}" for rule in RULES)
        + " |"
    )
    yield "|" + "---|" * (7 + len(RULES) + percent - 1)
    for name in in_order(targets):
        one = targets[name]
        own = [spread(one[score]) for score in ("rmse", "crps", "coverage_80")]
        rule = one["persistence"]
        more = (
            [spread(one["mape"]), f"{rule['mape']:.1f}"] if percent else [plain(rule["rmse"])]
        )
        beside = [spread(one[rule]["crps_skill"]) if rule in one else "" for rule in RULES]
        yield f"| {' | '.join([name, str(one['cases']), *own, *more, *beside])} |"
    yield ""


def event_rows(targets: Mapping[str, Any]) -> Iterator[str]:
    """Yield the table of events."""
    heads = " | ".join(f"skill against {rule}" for rule in RULES)
    yield f"| event | cases | events | BSS | of persistence | greatest TSS | {heads} |"
    yield "|" + "---|" * (6 + len(RULES))
    for name in in_order(targets):
        one = targets[name]
        beside = [spread(one[rule]["skill"]) for rule in RULES]
        own = [spread(one["bss"]), plain(one["persistence"]["bss"]), plain(one["tss_max"])]
        counts = [str(one["cases"]), str(one["events"])]
        yield f"| {' | '.join([name, *counts, *own, *beside])} |"
    yield ""


def in_order(names: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """Return names with what comes before the lead together, and leads by length."""

    def place(name: str) -> tuple[str, float]:
        words = name.split(" (", maxsplit=1)[0].split()
        hours = {"h": 1, "d": 24}.get(words[-1], 0)
        return " ".join(words[:-2]), float(words[-2]) * hours if hours else 0

    return sorted(names, key=place)


def spread(score: Sequence[float | None]) -> str:
    """Return a score with its interval."""
    value, low, high = score
    if value is None:
        return ""
    return f"{plain(value)} [{plain(low)}, {plain(high)}]"


def plain(value: float | None) -> str:
    """Return a number with three digits or so."""
    if value is None:
        return ""
    return (
        f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
        if abs(value) >= 1
        else f"{value:.3f}"
    )


def figure(targets: Mapping[str, Any]) -> str:
    """Return the reliability diagram of G1 or more as SVG."""
    parts = list(frame())
    for nth, (name, colour) in enumerate(COLOURS.items()):
        bins = [one for one in targets[name]["reliability"] if one[2]]
        points = [(place(said), SIZE - place(came)) for _, _, _, said, came in bins]
        full = [point for point, one in zip(points, bins, strict=True) if one[2] >= FEWEST]
        path = " ".join(f"{LEFT + x:.1f},{TOP + y:.1f}" for x, y in full)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
        for (x, y), (_, _, cases, _, _) in zip(points, bins, strict=True):
            inside = colour if cases >= FEWEST else "none"
            parts.append(
                f'<circle cx="{LEFT + x:.1f}" cy="{TOP + y:.1f}" r="4" stroke="{colour}" '
                f'fill="{inside}"><title>{name}: {cases} days</title></circle>'
            )
        parts.append(words(LEFT + 16, TOP + 20 + 18 * nth, name, fill=colour))
    size = f"{LEFT + SIZE + 20} {TOP + SIZE + 50}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"'
    style = 'font-family="sans-serif" font-size="12" style="background:#fff">'
    return "\n".join([f"{head} {style}", *parts, "</svg>\n"])


def frame() -> Iterator[str]:
    """Yield the axes and the line on which said and came agree."""
    floor, right = TOP + SIZE, LEFT + SIZE
    yield f'<path d="M{LEFT} {TOP}V{floor}H{right}" fill="none" stroke="#444"/>'
    yield f'<path d="M{LEFT} {floor}L{right} {TOP}" stroke="#999" stroke-dasharray="4 4"/>'
    for tenth in range(0, 11, 2):
        x = place(tenth / 10)
        yield words(LEFT + x, floor + 16, f"{tenth * 10} %", "middle")
        yield words(LEFT - 8, floor - x + 4, f"{tenth * 10} %", "end")
    yield words(LEFT + SIZE / 2, floor + 38, "said: G1 or more in the day", "middle")
    yield words(LEFT + 8, TOP - 6, "came")


def place(share: float) -> float:
    """Return where a probability lies on an axis, in pixels."""
    return share * SIZE


def words(x: float, y: float, text: str, anchor: str = "start", fill: str = "#000") -> str:
    """Return words at a place."""
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {where} fill="{fill}">{text}</text>'


def scores() -> dict[str, Any]:
    """Return the scores on record, by model."""
    return {one.stem: json.loads(one.read_bytes()) for one in sorted(SKILL.glob("*.json"))}


def main() -> None:
    """Write the page and draw the figure."""
    found = scores()
    (DOCS / "skill.md").write_text(page(found))
    (DOCS / PLOT).write_text(figure(found["ap"]["targets"]))


if __name__ == "__main__":
    main()
