"""Ridge, logistic and quantile regression, and the coefficients that they leave behind.

What is found is rounded to nine digits, so that two machines find the same bytes. Rows with a
missing value are left out of a fit; a missing feature gives a missing prediction.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from stormcone.forecast.least_squares import (
    NotFittedError,
    by_library,
    complete_rows,
    moments,
    solved,
)

DIGITS = 9
FOLDS = 8
LEVELS = tuple(round(0.05 * n, 2) for n in range(1, 20))
BINS = 20
PENALTIES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
STEPS = 100
Floats = NDArray[np.float64]


class TrainedOn(Struct, frozen=True, kw_only=True):
    """A file that coefficients were learnt from."""

    name: str
    sha256: str
    rows: int


class Linear(Struct, frozen=True, eq=False, kw_only=True):
    """A weighted sum of standardised features; `weights` begin with the intercept."""

    mean: Floats
    scale: Floats
    weights: Floats


class Ridge(Linear, frozen=True, eq=False, kw_only=True):
    """A regression whose sum is the prediction."""


class Logistic(Linear, frozen=True, eq=False, kw_only=True):
    """A regression whose sum is the logarithm of the odds."""


class Residuals(Struct, frozen=True, eq=False, kw_only=True):
    """Quantiles of what a prediction missed, by bins of the prediction.

    `bins` are the inner edges, shape (bin - 1,); `values` has the shape (bin, level).
    """

    levels: tuple[float, ...]
    bins: Floats
    values: Floats


class Coefficients(Struct, frozen=True, kw_only=True):
    """What `stormcone train` leaves behind: one regression for each of `targets`.

    `weights` has the shape (target, 1 + feature), the intercept first; `mean` and `scale` are
    shared. `quantile_bins` (target, bin - 1) and `quantiles` (target, bin, level) are empty
    where the targets are probabilities.
    """

    model: str
    version: int = 1
    trained_from: str
    trained_until: str
    inputs: tuple[TrainedOn, ...]
    targets: tuple[str, ...]
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    levels: tuple[float, ...] = ()
    quantile_bins: tuple[tuple[float, ...], ...] = ()
    quantiles: tuple[tuple[tuple[float, ...], ...], ...] = ()
    penalty: tuple[float, ...]
    skill: dict[str, Any] = {}

    def ridge(self, target: str) -> Ridge:
        """Return the linear regression of a target."""
        return Ridge(**self._equation(target))

    def logistic(self, target: str) -> Logistic:
        """Return the logistic regression of a target."""
        return Logistic(**self._equation(target))

    def residuals(self, target: str) -> Residuals:
        """Return what the prediction of a target misses."""
        place = self._place(target)
        bins, values = self.quantile_bins[place], self.quantiles[place]
        return Residuals(levels=self.levels, bins=np.array(bins), values=np.array(values))

    def _equation(self, target: str) -> dict[str, Floats]:
        weights = np.array(self.weights[self._place(target)])
        return {"mean": np.array(self.mean), "scale": np.array(self.scale), "weights": weights}

    def _place(self, target: str) -> int:
        if target not in self.targets:
            known = ", ".join(self.targets)
            raise LookupError(f"{self.model} has no target {target!r}; it has {known}")
        return self.targets.index(target)


def fit_ridge(features: ArrayLike, target: ArrayLike, penalty: float) -> Ridge:
    """Return the ridge regression of `target` on `features`.

    Parameters
    ----------
    features
        Shape (row, feature).
    target
        Shape (row,).
    penalty
        Weight of the squared standardised weights beside the mean squared error; the intercept
        is free.

    Raises
    ------
    NotFittedError
        If there are no more complete rows than features.

    Notes
    -----
    Hoerl and Kennard 1970, Technometrics 12, 55; on standardised features.

    Examples
    --------
    >>> found = fit_ridge([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0], 0.0)
    >>> predict(found, [[3.0]])
    array([7.])
    """
    return solve_ridge(moments(features, target), penalty)


def solve_ridge(gram: Floats, penalty: float) -> Ridge:
    """Return the ridge regression of the rows summed in `gram` (see `moments`, `fit_ridge`)."""
    mean, scale, weights = solved(gram, penalty)
    return Ridge(mean=rounded(mean), scale=rounded(scale), weights=rounded(weights))


def block_moments(features: ArrayLike, target: ArrayLike) -> Floats:
    """Return the moments of FOLDS blocks of rows that lie in order of time."""
    x, y = np.asarray(features, float), np.asarray(target, float)
    blocks = zip(np.array_split(x, FOLDS), np.array_split(y, FOLDS), strict=True)
    return np.stack([moments(*block) for block in blocks])


def blocked_penalty(grams: Floats, penalties: Sequence[float] = PENALTIES) -> float:
    """Return the penalty that predicts each block of time best from all the others.

    `grams` are the moments of blocks of time, shape (block, feature + 2, feature + 2).

    Notes
    -----
    Cross-validation by blocks, because neighbouring rows are not independent: Roberts et al.
    2017, Ecography 40, 913.
    """
    others = np.broadcast_to(grams.sum(axis=0) - grams, (len(penalties), *grams.shape))
    mean, scale, weights = solved(others, np.array(penalties)[:, None], by_library)
    slopes = weights[..., 1:] / scale
    intercept = weights[..., :1] - (slopes * mean).sum(axis=-1, keepdims=True)
    miss = np.concatenate([intercept, slopes, np.full_like(intercept, -1)], axis=-1)
    squares = np.einsum("pbi,bij,pbj->p", miss, grams, miss)
    return penalties[int(np.argmin(np.round(squares / squares.min(), DIGITS)))]


def fit_logistic(features: ArrayLike, event: ArrayLike, penalty: float = 1e-3) -> Logistic:
    """Return the logistic regression of `event` (0 or 1) on `features`, by Newton steps.

    Parameters
    ----------
    features
        Shape (row, feature).
    event
        Shape (row,).
    penalty
        Weight of half the squared standardised weights beside the mean log-likelihood; the
        intercept is free.

    Raises
    ------
    NotFittedError
        If the complete rows hold no event, or nothing else.

    Notes
    -----
    Hosmer, Lemeshow and Sturdivant 2013, Applied Logistic Regression, section 1.2.
    """
    table = complete_rows(features, event)
    happened = table[:, -1]
    if not len(table) or happened.min() == happened.max():
        raise NotFittedError(
            f"{happened.sum():.0f} events in {len(table)} complete rows teach no probability; "
            "feed a record with both"
        )
    mean, scale = table[:, 1:-1].mean(axis=0), table[:, 1:-1].std(axis=0)
    mean, scale = rounded(mean), rounded(np.where(scale > 0, scale, 1.0))
    standard = np.column_stack([table[:, 0], (table[:, 1:-1] - mean) / scale])
    weights = _newton(standard, happened, penalty)
    return Logistic(mean=mean, scale=scale, weights=rounded(weights))


def _newton(standard: Floats, happened: Floats, penalty: float) -> Floats:
    free = np.full(standard.shape[1], penalty * len(standard))
    free[0] = 0
    weights = np.zeros(standard.shape[1])
    for _ in range(STEPS):
        chance = _sigmoid(standard @ weights)
        curvature = standard.T @ (standard * (chance * (1 - chance))[:, None]) + np.diag(free)
        step = np.linalg.solve(curvature, standard.T @ (happened - chance) - free * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-12:
            break
    return weights


def fit_quantiles(
    prediction: ArrayLike,
    residual: ArrayLike,
    levels: Sequence[float] = LEVELS,
    bins: int = BINS,
) -> Residuals:
    """Return quantiles of the residual in bins that hold equally many predictions.

    `prediction` and `residual` (truth less prediction) have the shape (row,), `levels` rise in
    0 to 1. Fewer bins come back where predictions are equal.

    Raises
    ------
    NotFittedError
        If there are fewer than ten rows to a bin.
    """
    said, missed = np.asarray(prediction, float), np.asarray(residual, float)
    known = np.isfinite(said) & np.isfinite(missed)
    said, missed = np.round(said[known], DIGITS), np.round(missed[known], DIGITS)
    if len(said) < 10 * bins:
        raise NotFittedError(f"{len(said)} rows are too few for {bins} bins; ask for fewer")
    edges = np.unique(np.quantile(said, np.linspace(0, 1, bins + 1)[1:-1]))
    which = np.digitize(said, edges)
    kept = np.unique(which)
    values = [np.quantile(missed[which == one], levels) for one in kept]
    return Residuals(
        levels=tuple(levels),
        bins=rounded(edges[kept[1:] - 1]),
        values=rounded(np.array(values)),
    )


def predict(ridge: Ridge, features: ArrayLike) -> Floats:
    """Return what a ridge expects of features (..., feature), shape (...); NaN gives NaN."""
    return _linear(ridge, features)


def probability(logistic: Logistic, features: ArrayLike) -> Floats:
    """Return the probability (0 to 1) for features (..., feature), shape (...)."""
    return _sigmoid(_linear(logistic, features))


def quantiles(residuals: Residuals, prediction: ArrayLike) -> Floats:
    """Return the quantiles of the truth for predictions (...), shape (..., level).

    Notes
    -----
    Sorted, so that no quantile lies below a lower one (monotone rearrangement: Chernozhukov,
    Fernandez-Val and Galichon 2010, Econometrica 78, 1093). NaN gives NaN.
    """
    said = np.asarray(prediction, float)
    missed = residuals.values[np.digitize(said, residuals.bins)]
    return np.sort(said[..., None] + missed, axis=-1)


def read_coefficients(body: bytes) -> Coefficients:
    """Return the coefficients in JSON bytes.

    Raises
    ------
    ValueError
        If they are not coefficients, or their shapes do not fit together.
    """
    try:
        found = msgspec.json.decode(body, type=Coefficients)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"these are no coefficients: {error}; run `stormcone train`"
        ) from error
    width = len(found.features)
    widths = {len(found.mean), len(found.scale), *(len(one) - 1 for one in found.weights)}
    if widths != {width} or len(found.weights) != len(found.targets):
        raise ValueError(
            f"the coefficients of {found.model} do not fit their {width} features and "
            f"{len(found.targets)} targets; run `stormcone train {found.model}`"
        )
    return found


def write_coefficients(coefficients: Coefficients) -> bytes:
    """Return coefficients as JSON: keys sorted, one a line, nine significant digits.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    fields = msgspec.to_builtins(coefficients)
    lines = [
        msgspec.json.encode(name)
        + b":"
        + msgspec.json.encode(_plain(fields[name]), order="sorted")
        for name in sorted(fields)
    ]
    return b"{" + b",\n".join(lines) + b"}\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return float(rounded(value)) if isinstance(value, float) else value


def rounded(values: ArrayLike) -> Floats:
    """Return `values` to nine significant digits.

    Raises
    ------
    ValueError
        If one is not finite.

    Examples
    --------
    >>> float(rounded(1 / 3))
    0.333333333
    """
    exact = np.asarray(values, float)
    if not np.isfinite(exact).all():
        raise ValueError("a coefficient is not a finite number; look for gaps in the inputs")
    short = [float(f"{one:.{DIGITS}g}") for one in exact.ravel()]
    return np.array(short).reshape(exact.shape) + 0.0


def _linear(model: Linear, features: ArrayLike) -> Floats:
    standard = (np.asarray(features, float) - model.mean) / model.scale
    found: Floats = model.weights[0] + standard @ model.weights[1:]
    return found


def _sigmoid(log_odds: Floats) -> Floats:
    found: Floats = 0.5 * (1 + np.tanh(log_odds / 2))
    return found
