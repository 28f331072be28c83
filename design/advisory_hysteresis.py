"""How long to wait and how wide to speak: advisories a day against what they miss.

Run: `python design/advisory_hysteresis.py`. It takes the regions of the 17 GNSS advisories of
19 and 20 January 2026 for the truth, replays them under families of policies, prints the table
of docs/hysteresis.md and draws docs/hysteresis.svg. The answer stands in docs/hysteresis.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory
from stormcone.advisory.draft import Subject
from stormcone.advisory.policy import MINUTE, PATCHES, Policy
from stormcone.bulletin import tac_amd82
from stormcone.effect.effect import Cause, Kind
from stormcone.observation import scenario
from stormcone.verification.trade_off import (
    Score,
    Stretch,
    observed,
    replay,
    score,
    whole_degrees,
)

DOCS = Path(__file__).parents[1] / "docs"
SIGNING = 3 * MINUTE
NOW = 0 * MINUTE
DAY = timedelta(days=1)
AT_EVERY_CHANGE = Policy(
    open_after=NOW,
    raise_after=NOW,
    lower_after=NOW,
    grow_after=NOW,
    grow_share=0.0,
    shrink_after=NOW,
    shrink_iou=1.0,
    dwell=NOW,
    end_after=NOW,
    memory=NOW,
    pad_cells=0,
)
Row = tuple[str, Score]


def recorded() -> tuple[tuple[Advisory, ...], datetime]:
    """Return the GNSS advisories that were issued, and when the recording ends."""
    body = scenario.load("2026-01").real_advisories
    every = tac_amd82.read(body).advisories
    gnss = tuple(one for one in every if Kind.GNSS in one.effects)
    return gnss, max(one.issued for one in every if one.issued)


def waiting(policy: Policy, minutes: int) -> Policy:
    """Return a policy that waits so long to open and to grow, and at most 5 min to raise."""
    span = minutes * MINUTE
    return replace(policy, open_after=span, grow_after=span, raise_after=min(span, 5 * MINUTE))


def families() -> Mapping[str, Sequence[tuple[str, Policy]]]:
    """Return the policies to compare, by the family that a line of the figure joins."""
    waits, dwells = (0, 1, 2, 5, 10, 20, 30), (0, 20, 30, 45, 60, 90)
    return {
        "default, waits": [(f"{n} min", waiting(Policy(), n)) for n in waits],
        "default, dwell": [(f"{n} min", replace(Policy(), dwell=n * MINUTE)) for n in dwells],
        "patches, waits": [(f"{n} min", waiting(PATCHES, n)) for n in waits],
        "patches, dwell": [(f"{n} min", replace(PATCHES, dwell=n * MINUTE)) for n in dwells],
        "patches, growth": [
            (f"{share:.0%} outside", replace(PATCHES, grow_share=share))
            for share in (0.1, 0.25, 0.4, 0.5)
        ],
        "patches, padding": [
            (f"{cells} cells", replace(PATCHES, pad_cells=cells)) for cells in (1, 3, 5, 6, 8)
        ],
        "patches, room": [
            (f"{room} sr", replace(PATCHES, room_sr=room))
            for room in (0.0, 0.05, 0.1, 0.2, 0.4)
        ],
        "patches, memory": [
            (f"{n} min", replace(PATCHES, memory=n * MINUTE)) for n in (0, 30, 60, 90)
        ],
        "patches, end": [
            (f"{n} min", replace(PATCHES, end_after=n * MINUTE)) for n in (0, 30, 60, 90, 120)
        ],
    }


class Trial:
    """The recorded day as truth, on which policies are tried."""

    def __init__(self) -> None:
        self.issued, self.until = recorded()
        self.truth: tuple[Stretch, ...] = observed(self.issued, self.until)
        self.days = (self.until - min(one.start for one in self.truth)) / DAY
        self._known: dict[tuple[Policy, timedelta], Score] = {}

    def of(self, policy: Policy, signing: timedelta = SIGNING) -> Score:
        """Return how a policy does."""
        if (policy, signing) not in self._known:
            self._known[policy, signing] = self._tried(policy, signing)
        return self._known[policy, signing]

    def _tried(self, policy: Policy, signing: timedelta) -> Score:
        subject = Subject(
            kind=Kind.GNSS, cause=Cause.SCINTILLATION, grid=whole_degrees(), policy=policy
        )
        said = replay(self.truth, subject, until=self.until, signing=signing)
        return score(self.truth, said, self.until)

    def marked(self) -> list[Row]:
        """Return what stands out in the figure."""
        return [
            ("the centres' own 17", score(self.truth, self.issued, self.until)),
            ("at every change", self.of(AT_EVERY_CHANGE)),
            ("default", self.of(Policy())),
            ("PATCHES", self.of(PATCHES)),
        ]

    def signed_later(self) -> list[Row]:
        """Return what slower signatures cost."""
        return [
            (f"PATCHES, signed in {n} min", self.of(PATCHES, n * MINUTE))
            for n in (0, 1, 2, 5, 10, 15)
        ]


def lines(rows: Sequence[Row], days: float) -> Iterator[str]:
    """Yield rows of the table: messages, ends apart, missed, over-forecast, SEV missed."""
    for name, found in rows:
        ends = found.advisories - found.warnings
        yield (
            f"| {name} | {found.warnings} + {ends} | {found.advisories / days:.1f} "
            f"| {1 - found.coverage:.1%} | {found.over_forecast:.2f} "
            f"| {1 - found.severe_coverage:.1%} |"
        )


WIDTH, HEIGHT, LEFT, TOP = 760, 440, 60, 20
MOST_MISSED, MOST_A_DAY = 0.35, 20
COLOURS = (
    *("#1f6f8b", "#9fb6c3", "#c2571a", "#e0a458", "#5b8e7d"),
    *("#8e5b8a", "#8a7a2f", "#555555", "#c23b6e"),
)


def place(found: Score, days: float) -> tuple[float, float]:
    """Return where a score lies in the figure, in pixels."""
    x = LEFT + (1 - found.coverage) / MOST_MISSED * (WIDTH - LEFT - 20)
    y = HEIGHT - 50 - found.advisories / days / MOST_A_DAY * (HEIGHT - 50 - TOP)
    return round(x, 1), round(y, 1)


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    """Return words at a place."""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'


def axes() -> Iterator[str]:
    """Yield the frame, its ticks and what they mean."""
    floor, right = HEIGHT - 50, WIDTH - 20
    yield f'<path d="M{LEFT} {TOP}V{floor}H{right}" fill="none" stroke="#444"/>'
    for share in (0, 5, 10, 15, 20, 25, 30, 35):
        x = LEFT + share / 100 / MOST_MISSED * (right - LEFT)
        yield text(round(x, 1), floor + 18, f"{share} %", "middle")
    for count in (0, 5, 10, 15, 20):
        y = floor - count / MOST_A_DAY * (floor - TOP)
        yield text(LEFT - 8, round(y + 4, 1), str(count), "end")
    yield text((LEFT + right) / 2, HEIGHT - 12, "area-minutes missed", "middle")
    yield text(LEFT + 8, TOP + 10, "advisories a day")


def curve(nth: int, name: str, rows: Sequence[Row], days: float) -> Iterator[str]:
    """Yield one family's line and points, and its entry among the names."""
    colour = COLOURS[nth]
    points = [place(one, days) for _, one in rows]
    path = " ".join(f"{x},{y}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}"/>'
    for x, y in points:
        yield f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>'
    x, y = LEFT + 60 + 210 * (nth % 3), HEIGHT - 130 + 22 * (nth // 3)
    yield f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>'
    yield text(x + 10, y, name)


def ring(name: str, found: Score, days: float) -> Iterator[str]:
    """Yield a marked score and its name."""
    x, y = place(found, days)
    left = x > WIDTH * 0.8
    yield f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="#000"/>'
    yield text(x - 9 if left else x + 9, y - 7, name, "end" if left else "start")


def figure(marked: Sequence[Row], found: Mapping[str, Sequence[Row]], days: float) -> str:
    """Return the trade-off curves as SVG."""
    parts = list(axes())
    for nth, (name, rows) in enumerate(found.items()):
        parts += curve(nth, name, rows, days)
    for name, one in marked:
        parts += ring(name, one, days)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    style = 'font-family="sans-serif" font-size="12" style="background:#fff">'
    return "\n".join([f"{head} {style}", *parts, "</svg>\n"])


def main() -> None:
    """Try every policy, print the table and draw the figure."""
    trial = Trial()
    marked, later = trial.marked(), trial.signed_later()
    found = {
        name: [(f"{name}: {what}", trial.of(policy)) for what, policy in members]
        for name, members in families().items()
    }
    rows = [*marked, *(row for family in found.values() for row in family), *later]
    print("\n".join(lines(rows, trial.days)))
    (DOCS / "hysteresis.svg").write_text(figure(marked, found, trial.days))


if __name__ == "__main__":
    main()
