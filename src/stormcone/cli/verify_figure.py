"""The reliability diagram and the ROC of probabilities, as a figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stormcone.verification.probability import Bin

SUFFIXES = (".svg", ".png")


class FigureError(LookupError):
    """A figure cannot be drawn: nothing to draw, or nothing to draw with."""


def draw(found: Mapping[str, Sequence[Bin]], file: Path) -> None:
    """Write the figure of the bins of each target; the area of a point is its cases.

    The ROC has the edges of the bins as its limits.

    Raises
    ------
    FigureError
        If no target is an event, the suffix is another, or matplotlib is missing.
    """
    if not found:
        raise FigureError("no probability of an event is scored here; nothing can be drawn")
    if file.suffix not in SUFFIXES:
        raise FigureError(f"{file.name} ends in neither {' nor '.join(SUFFIXES)}; name another")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise FigureError(f"{error}; install stormcone[figures]") from error
    figure = Figure(figsize=(10, 5), layout="constrained")
    reliability, roc = figure.subplots(1, 2)
    for axes in (reliability, roc):
        axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    for target, every in found.items():
        some = [one for one in every if one.cases]
        said, came = [one.probability for one in some], [one.frequency for one in some]
        (line,) = reliability.plot(said, came, label=target)
        sizes = [4 + 200 * one.cases / sum(b.cases for b in some) for one in some]
        reliability.scatter(said, came, s=sizes, color=line.get_color())
        roc.plot(*curve(some), color=line.get_color())
    reliability.set(xlabel="probability said", ylabel="frequency observed")
    roc.set(xlabel="false alarms among non-events", ylabel="events that were said")
    reliability.legend()
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def curve(found: Sequence[Bin]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return POFD and POD with each edge of the bins as the limit, from "never" to "always"."""
    cases = np.array([one.cases for one in reversed(found)], float)
    events = cases * np.array([one.frequency or 0.0 for one in reversed(found)])
    pofd, pod = (
        np.append(0, np.cumsum(some)) / some.sum() for some in (cases - events, events)
    )
    return pofd, pod
