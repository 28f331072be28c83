"""Scores of probabilities of an event that came or did not.

Cases without a forecast or without a truth have to be left out first: NaN is refused.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

FEWEST_EVENTS = 30
"""Below this many events (or non-events) counts are given and no skill."""


class Bin(Struct, frozen=True, kw_only=True):
    """Cases whose probability lay from `low` to `high`: how many, what was said, what came."""

    low: float
    high: float
    cases: int
    probability: float | None
    frequency: float | None


class Decomposition(Struct, frozen=True):
    """The Brier score of binned probabilities: reliability - resolution + uncertainty."""

    reliability: float
    resolution: float
    uncertainty: float


class Roc(Struct, frozen=True, eq=False):
    """POFD and POD at every probability, from "never" to "always", and the area below.

    All is None without an event or without a non-event.
    """

    pofd: NDArray[np.float64] | None
    pod: NDArray[np.float64] | None
    area: float | None


class Sharpness(Struct, frozen=True):
    """How far the probabilities spread, and how many lie in each tenth of 0 to 1."""

    spread: float
    counts: tuple[int, ...]


def losses(probability: ArrayLike, came: ArrayLike) -> NDArray[np.float64]:
    """Return the squared error of each case, shape (case,); their mean is the Brier score.

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1 or NaN, an outcome is neither 0 nor 1, or the shapes
        differ.
    """
    p, o = _cases(probability, came)
    squared: NDArray[np.float64] = (p - o) ** 2
    return squared


def brier(probability: ArrayLike, came: ArrayLike) -> float:
    """Return the Brier score, 0 (best) to 1: the mean squared error of the probabilities.

    References
    ----------
    Brier 1950, "Verification of forecasts expressed in terms of probability".

    Examples
    --------
    >>> brier([0.5, 1.0], [0, 1])
    0.125
    """
    return float(losses(probability, came).mean())


def brier_skill(
    probability: ArrayLike, came: ArrayLike, reference: ArrayLike | None = None
) -> float | None:
    """Return 1 less Brier over that of `reference`; by default the sample's own climatology.

    `reference` are probabilities, shape (case,) or one for all: persistence, or yesterday's
    operational forecast. None where the reference makes no error.
    """
    _, o = _cases(probability, came)
    other = np.broadcast_to(o.mean() if reference is None else np.asarray(reference), o.shape)
    against = brier(other, o)
    return 1 - brier(probability, o) / against if against else None


def tenths() -> NDArray[np.float64]:
    """Return the edges of ten equal bins."""
    return np.linspace(0, 1, 11)


def quantile_edges(probability: ArrayLike, bins: int = 10) -> NDArray[np.float64]:
    """Return edges, 0 and 1 among them, between which lie about equally many cases."""
    inner = np.quantile(np.asarray(probability, float), np.linspace(0, 1, bins + 1)[1:-1])
    edges: NDArray[np.float64] = np.unique(np.concatenate([[0.0], inner, [1.0]]))
    return edges


def reliability(
    probability: ArrayLike, came: ArrayLike, edges: ArrayLike | None = None
) -> tuple[Bin, ...]:
    """Return what was said beside what came, in ten bins or between rising `edges`.

    A bin holds its lower edge, the last one both. An empty bin has None, not 0.
    """
    p, o = _cases(probability, came)
    limits = tenths() if edges is None else np.asarray(edges, float)
    counts, said, seen = _sums(p, o, limits)
    return tuple(
        Bin(
            low=float(limits[i]),
            high=float(limits[i + 1]),
            cases=int(n),
            probability=float(said[i] / n) if n else None,
            frequency=float(seen[i] / n) if n else None,
        )
        for i, n in enumerate(counts)
    )


def bin_of(probability: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the number of the bin in which each probability lies, from 0."""
    return np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)


def _sums(
    p: NDArray[np.float64], o: NDArray[np.float64], edges: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return cases, summed probability and events of each bin, each of shape (bin,)."""
    member, bins = bin_of(p, edges), len(edges) - 1
    counts, said, seen = (
        np.bincount(member, weights, bins).astype(float) for weights in (None, p, o)
    )
    return counts, said, seen


def decomposition(
    probability: ArrayLike, came: ArrayLike, edges: ArrayLike | None = None
) -> Decomposition:
    """Return reliability (0 is best), resolution (more is better) and uncertainty.

    They add up to the Brier score exactly where all probabilities of a bin are equal.

    References
    ----------
    Murphy 1973, "A new vector partition of the probability score".
    """
    p, o = _cases(probability, came)
    counts, said, seen = _sums(p, o, tenths() if edges is None else np.asarray(edges, float))
    full = counts > 0
    n, mean, frequency = counts[full], said[full] / counts[full], seen[full] / counts[full]
    base = o.mean()
    return Decomposition(
        reliability=float((n * (mean - frequency) ** 2).sum() / len(o)),
        resolution=float((n * (frequency - base) ** 2).sum() / len(o)),
        uncertainty=float(base * (1 - base)),
    )


def roc(probability: ArrayLike, came: ArrayLike) -> Roc:
    """Return the curve of POD over POFD with each probability as the limit, and its area.

    The area is the chance that an event had a higher probability than a non-event, equal ones
    counting half (Mason and Graham 2002).
    """
    p, o = _cases(probability, came)
    events = o.sum()
    if not 0 < events < len(o):
        return Roc(None, None, None)
    order = np.argsort(-p, kind="stable")
    last = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    hits = np.concatenate([[0], np.cumsum(o[order])[last]])
    said = np.concatenate([[0], last + 1])
    pod, pofd = hits / events, (said - hits) / (len(o) - events)
    return Roc(pofd, pod, float(np.trapezoid(pod, pofd)))


def sharpness(probability: ArrayLike) -> Sharpness:
    """Return the standard deviation of the probabilities and their counts by tenths."""
    p = np.asarray(probability, float)
    counts = np.bincount(bin_of(p, tenths()), minlength=10)
    return Sharpness(spread=float(p.std()), counts=tuple(map(int, counts)))


def _cases(
    probability: ArrayLike, came: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    p, o = np.asarray(probability, float), np.asarray(came, float)
    if p.ndim != 1 or p.shape != o.shape or not p.size:
        raise ValueError(f"probabilities {p.shape} for outcomes {o.shape}; give one for each")
    wrong = p[~((p >= 0) & (p <= 1))]
    if wrong.size:
        raise ValueError(f"probability {wrong[0]} is outside 0 to 1; leave such cases out")
    neither = o[(o != 0) & (o != 1)]
    if neither.size:
        raise ValueError(f"outcome {neither[0]} is neither 0 nor 1; leave such cases out")
    return p, o
