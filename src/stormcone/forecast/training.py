"""What a trainer is given, what it finds, and how that becomes coefficients.

A model that can be trained is a module with `MODEL` (its name), `INPUTS` (the kinds of table it
learns from), `train(inputs, until, rng) -> Coefficients`, which uses nothing from `until` on,
and `hindcast(coefficients, inputs, begin, end) -> tuple[Hindcast, ...]`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.forecast.regression import (
    LEVELS,
    Coefficients,
    Floats,
    Linear,
    Logistic,
    Residuals,
    Ridge,
    TrainedOn,
    block_moments,
    blocked_penalty,
    fit_quantiles,
    predict,
    quantiles,
    rounded,
    solve_ridge,
)

CLIMATOLOGY = "climatology"
Columns = Mapping[str, NDArray[Any]]


class Input(Struct, frozen=True, eq=False, kw_only=True):
    """A table to learn from: columns of equal length by name, and the file they came from.

    Every table has the column `at` (datetime64), oldest first; a missing number is NaN.
    """

    kind: str
    name: str
    sha256: str
    columns: Columns


class Fit(Struct, frozen=True, eq=False, kw_only=True):
    """What was found for one target; no residuals where it is a probability."""

    target: str
    found: Linear
    residuals: Residuals | None = None
    penalty: float = 0.0


class Hindcast(Struct, frozen=True, eq=False, kw_only=True):
    """What was said of one target at many times (row), and what came.

    `said` and `climatology` hold quantiles (row, level) or, where `levels` is empty,
    probabilities (row,). The simple rules say numbers (row,), or events as 0 and 1.
    """

    target: str
    at: NDArray[np.datetime64]
    levels: tuple[float, ...] = ()
    said: Floats
    truth: Floats
    persistence: Floats
    recurrence: Floats
    climatology: Floats


def known_before(table: Input, date: np.datetime64) -> Input:
    """Return the rows of a table before `date`."""
    kept = table.columns["at"] < date
    columns = {name: column[kept] for name, column in table.columns.items()}
    return Input(kind=table.kind, name=table.name, sha256=table.sha256, columns=columns)


def evenly(table: Input, names: Sequence[str], step: np.timedelta64) -> dict[str, NDArray[Any]]:
    """Return columns with a row for every step from the first to the last, NaN in the gaps.

    The times come as the column `at`.

    Raises
    ------
    ValueError
        If the table is empty.
    """
    at = table.columns["at"]
    if not len(at):
        raise ValueError(f"{table.name} holds no row before the date; feed an older record")
    place = ((at - at[0]) // step).astype(int)
    count = int(place[-1]) + 1
    times = at[0].astype("datetime64[h]") + np.arange(count) * step
    columns: dict[str, NDArray[Any]] = {"at": times}
    for name in names:
        column = table.columns[name]
        columns[name] = np.full((count, *column.shape[1:]), np.nan)
        columns[name][place] = column
    return columns


def climatology(truth: Floats, width: int) -> Fit:
    """Return the fit that knows nothing: the mean of `truth`, and how it scatters."""
    known = truth[np.isfinite(truth)]
    mean = rounded(known.mean())
    values = rounded(np.quantile(np.round(known - mean, 9), LEVELS))[None, :]
    return Fit(
        target=CLIMATOLOGY,
        found=Ridge(
            mean=np.zeros(width), scale=np.ones(width), weights=np.append(mean, np.zeros(width))
        ),
        residuals=Residuals(levels=LEVELS, bins=np.array([]), values=values),
    )


def climate(coefficients: Coefficients, rows: int) -> Floats:
    """Return the quantiles that climatology gives for each of so many rows, (row, level)."""
    mean = np.full(rows, mean_of(coefficients))
    return quantiles(coefficients.residuals(CLIMATOLOGY), mean)


def mean_of(coefficients: Coefficients) -> float:
    """Return the climatological mean of the quantity that a model predicts."""
    return float(coefficients.ridge(CLIMATOLOGY).weights[0])


def frequency(target: str, event: Floats, width: int) -> Fit:
    """Return the fit that knows of an event only how often it came."""
    known = event[np.isfinite(event)]
    odds = (known.sum() + 0.5) / (len(known) - known.sum() + 0.5)
    weights = np.append(np.log(odds), np.zeros(width))
    return Fit(
        target=target,
        found=Logistic(mean=np.zeros(width), scale=np.ones(width), weights=rounded(weights)),
    )


def fit_with_quantiles(target: str, features: Floats, truth: Floats, bins: int) -> Fit:
    """Return the ridge of `truth` (row,) on `features` (row, feature), and what it misses.

    The penalty is the one that does best on blocks of time that were left out.
    """
    grams = block_moments(features, truth)
    penalty = blocked_penalty(grams)
    ridge = solve_ridge(grams.sum(axis=0), penalty)
    expected = predict(ridge, features)
    missed = fit_quantiles(expected, truth - expected, bins=bins)
    return Fit(target=target, found=ridge, residuals=missed, penalty=penalty)


def learnt(
    model: str,
    features: Sequence[str],
    fits: Sequence[Fit],
    *,
    span: tuple[np.datetime64, np.datetime64],
    inputs: Iterable[Input],
    digits: int = 9,
) -> Coefficients:
    """Return the coefficients of a model: fits that share the first one's mean and scale.

    `span` is the first day that was learnt from and the first that was not; `digits` are the
    decimals of the quantiles.
    """
    mean, scale = fits[0].found.mean, fits[0].found.scale
    begin, end = (str(day.astype("datetime64[D]")) for day in span)
    missed = [one.residuals for one in fits]
    return Coefficients(
        model=model,
        trained_from=begin,
        trained_until=end,
        inputs=tuple(
            TrainedOn(name=one.name, sha256=one.sha256, rows=len(one.columns["at"]))
            for one in inputs
        ),
        targets=tuple(one.target for one in fits),
        features=tuple(features),
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple(_shared(one.found, mean, scale) for one in fits),
        levels=next((one.levels for one in missed if one is not None), ()),
        quantile_bins=tuple(() if one is None else tuple(one.bins.tolist()) for one in missed),
        quantiles=tuple(() if one is None else _rows(one.values, digits) for one in missed),
        penalty=tuple(one.penalty for one in fits),
    )


def _shared(found: Linear, mean: Floats, scale: Floats) -> tuple[float, ...]:
    """Return the weights for features that are standardised by `mean` and `scale`."""
    slopes = found.weights[1:] / found.scale
    intercept = found.weights[0] + (slopes * (mean - found.mean)).sum()
    return tuple(rounded(np.append(intercept, slopes * scale)).tolist())


def _rows(values: Floats, digits: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple((np.round(row, digits) + 0.0).tolist()) for row in values)
