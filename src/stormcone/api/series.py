"""Series for charts: thinned by minimum and maximum, so that no peak is lost."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stormcone.api.data import Line, SeriesShape
from stormcone.observation.feed import QUANTITIES, Provenance, Series

_WEAKEST_FIRST = (
    Provenance.FORECAST,
    Provenance.PERSISTENCE,
    Provenance.RECONSTRUCTED,
    Provenance.OBSERVED,
)


def weakest(provenances: Sequence[Provenance]) -> Provenance:
    """Return what a user must be told of a line that mixes provenances."""
    found = set(provenances)
    return next((p for p in _WEAKEST_FIRST if p in found), Provenance.OBSERVED)


def peaks_kept(values: NDArray[np.float64], max_points: int) -> NDArray[np.intp]:
    """Return indices, rising, of at most `max_points` values with every bin's extremes.

    Examples
    --------
    >>> peaks_kept(np.array([1.0, 9.0, 2.0, 3.0, 0.0, 3.0]), 4)
    array([0, 1, 3, 4])
    """
    if len(values) <= max_points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), max(max_points // 2, 1) + 1).astype(int)
    kept = set[int]()
    for start, stop in pairwise(edges):
        part = values[start:stop]
        if np.isfinite(part).any():
            kept.update((start + int(np.nanargmin(part)), start + int(np.nanargmax(part))))
        else:
            kept.add(int(start))
    return np.array(sorted(kept), dtype=np.intp)


def series_shape(
    quantity: str, found: Sequence[Series], as_of: datetime, max_points: int
) -> SeriesShape:
    """Return the chart's answer for the `found` series, one line for each instrument."""
    lines = [line(series, max_points) for series in found if len(series)]
    return SeriesShape(
        quantity=quantity,
        unit=QUANTITIES[quantity].unit,
        as_of=as_of,
        lines=lines,
        decimated=any(len(s) > max_points for s in found),
    )


def line(series: Series, max_points: int) -> Line:
    """Return one instrument's readings; NaN becomes null."""
    kept = peaks_kept(series.value, max_points)
    times_s = series.at.astype("datetime64[s]").astype(np.int64)
    steps = np.diff(times_s)
    return Line(
        source=series.source,
        provenance=weakest(series.provenance),
        cadence_s=float(np.median(steps)) if len(steps) else 0.0,
        times_s=times_s[kept].tolist(),
        values=[float(v) if np.isfinite(v) else None for v in series.value[kept]],
    )
