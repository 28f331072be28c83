"""What a model would have said: learnt from the past of each year and scored on it (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from msgspec.structs import astuple
from numpy.random import Generator
from numpy.typing import NDArray

from stormcone.forecast.regression import Coefficients, Floats
from stormcone.forecast.training import Hindcast, Input
from stormcone.verification.bootstrap import Interval, Statistic, interval, skill
from stormcone.verification.distribution import covered, crps_from_quantiles
from stormcone.verification.probability import FEWEST_EVENTS, losses, reliability, roc

YEARS = 10
DIGITS = 4
DAY_S = 86_400
SHORT, LONG = 3 * DAY_S, 27 * DAY_S
RULES = ("persistence", "recurrence")


class Model(Protocol):
    """A module that can be trained (see `stormcone.forecast.training`)."""

    MODEL: str
    INPUTS: tuple[str, ...]

    def train(
        self, inputs: Mapping[str, Input], until: np.datetime64, rng: Generator
    ) -> Coefficients:
        """Return what is learnt before `until`."""

    def hindcast(
        self,
        coefficients: Coefficients,
        inputs: Mapping[str, Input],
        begin: np.datetime64,
        end: np.datetime64,
    ) -> tuple[Hindcast, ...]:
        """Return what would have been said from `begin` to `end`."""


def walk_forward(
    model: Model,
    inputs: Mapping[str, Input],
    until: np.datetime64,
    rng: Generator,
    *,
    reported: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return the scores of a model over the last ten years before `until`, by target.

    Each year is forecast with coefficients that know only what was before it. A record that is
    shorter than twenty years is walked in ten equal steps over its second half.

    Parameters
    ----------
    model, inputs
        The module that is trained, and its tables by kind.
    until
        The first time that is neither learnt from nor scored.
    rng
        Draws the resamples of the intervals.
    reported
        The targets to score.  [default: all]

    Returns
    -------
    `from`, `until`, and under `targets` the scores of `score_numbers` or `score_events`.
    """
    begins = _begins(inputs, until)
    parts: dict[str, list[Hindcast]] = {name: [] for name in reported or ()}
    for begin, end in zip(begins, [*begins[1:], until], strict=True):
        coefficients = model.train(inputs, begin, rng)
        for one in model.hindcast(coefficients, inputs, begin, end):
            if reported is None or one.target in parts:
                parts.setdefault(one.target, []).append(one)
    return {
        "from": str(begins[0].astype("datetime64[D]")),
        "until": str(until.astype("datetime64[D]")),
        "targets": {name: score(joined(found), rng) for name, found in parts.items()},
    }


def lost(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the targets whose main score is now worse than the interval it had before.

    Both are results of `walk_forward`; the main score is the CRPS, or for events the BSS.
    """
    found = []
    for name, was in before["targets"].items():
        became = now["targets"].get(name, {})
        for score, sign in (("crps", 1), ("bss", -1)):
            if score in was and score in became:
                limit = max(sign * end for end in was[score][1:])
                found += [name] * (sign * became[score][0] > limit)
    return tuple(found)


def joined(parts: Sequence[Hindcast]) -> Hindcast:
    """Return the hindcasts of one target as one, without the rows that lack something."""
    names = ("at", "said", "truth", "persistence", "recurrence", "climatology")
    whole = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
    needed = [whole[name] for name in ("said", "truth", "persistence", "climatology")]
    known = np.all([np.isfinite(one).reshape(len(one), -1).all(axis=1) for one in needed], 0)
    rows = {name: column[known] for name, column in whole.items()}
    return Hindcast(target=parts[0].target, levels=parts[0].levels, **rows)


def score(one: Hindcast, rng: Generator) -> dict[str, Any]:
    """Return the scores of one target, rounded to four digits, with 95 % intervals.

    See `score_numbers` and `score_events`. Resamples are of 3 days where rows follow each other
    within a day, else of 27 days.
    """
    if not len(one.at):
        return {"cases": 0}
    block = _block(one.at)
    found = score_numbers(one, block, rng) if one.levels else score_events(one, block, rng)
    return {"cases": len(one.at), **found}


def _block(at: NDArray[np.datetime64]) -> int:
    """Return how many rows belong together."""
    seconds = at.astype("datetime64[s]").astype(float)
    apart = np.diff(np.unique(seconds))
    span = SHORT if len(apart) and np.median(apart) < DAY_S else LONG
    return max(int(len(at) * span / max(float(seconds[-1] - seconds[0]), span)), 1)


def score_numbers(one: Hindcast, block: int, rng: Generator) -> dict[str, Any]:
    """Return RMSE (of the mean), MAE (of the median), CRPS and coverage, beside simple rules.

    `*_skill` is 1 less our score over that of the rule: negative where the rule is better. A
    rule that says one number has its absolute error for CRPS. Where the truth is positive, MAPE
    (percent, of the median) stands beside.
    """
    ours = _losses(one, one.said)
    found: dict[str, Any] = {
        "rmse": _said(interval(ours["squared"], block=block, rng=rng, statistic=_root)),
        **{
            name: _said(interval(ours[name], block=block, rng=rng))
            for name in ("mae", "crps", "coverage_80")
        },
    }
    if one.truth.min() > 0:
        found["mape"] = _said(interval(100 * ours["mae"] / one.truth, block=block, rng=rng))
    for rule in RULES:
        said = getattr(one, rule)
        if np.isfinite(said).all():
            found[rule] = _against(one, ours, _losses(one, said[:, None]), block, rng)
    usual = one.climatology.reshape(len(one.at), -1)
    found["climatology"] = _against(one, ours, _losses(one, usual), block, rng)
    return found


def score_events(one: Hindcast, block: int, rng: Generator) -> dict[str, Any]:
    """Return Brier score, its skill against the sample's climatology, the best TSS, and bins.

    `skill` under each rule is 1 less our Brier score over the rule's. Under 30 events there
    are counts and nothing else.
    """
    events = int(one.truth.sum())
    if not FEWEST_EVENTS <= events <= len(one.truth) - FEWEST_EVENTS:
        return {"events": events}
    loss = losses(one.said, one.truth)
    found: dict[str, Any] = {
        "events": events,
        "brier": _said(interval(loss, block=block, rng=rng)),
        "bss": _said(_brier_skill(loss, one.truth, block, rng)),
        "tss_max": _best_tss(one),
        "reliability": [
            [_short(low), _short(high), cases, _short(said), _short(came)]
            for low, high, cases, said, came in map(astuple, reliability(one.said, one.truth))
        ],
    }
    for rule in (*RULES, "climatology"):
        theirs = losses(np.nan_to_num(getattr(one, rule)), one.truth)
        found[rule] = {
            "bss": _short(float(_beside_sample(np.array([theirs.mean(), one.truth.mean()])))),
            "skill": _said(
                interval(np.stack([loss, theirs], 1), block=block, rng=rng, statistic=skill)
            ),
        }
    return found


def _begins(inputs: Mapping[str, Input], until: np.datetime64) -> list[np.datetime64]:
    """Return the starts of the ten spans that are forecast."""
    first = max(table.columns["at"][0] for table in inputs.values()).astype("datetime64[h]")
    last = (until - np.timedelta64(1, "h")).astype("datetime64[Y]")
    if last - first.astype("datetime64[Y]") >= np.timedelta64(2 * YEARS, "Y"):
        return [(last - n).astype("datetime64[h]") for n in range(YEARS - 1, -1, -1)]
    half = (until.astype("datetime64[h]") - first) // 2
    return [first + half + half * n // YEARS for n in range(YEARS)]


def _losses(one: Hindcast, said: Floats) -> dict[str, Floats]:
    """Return the losses of quantiles (row, level), or of one number for each row (row, 1)."""
    levels = one.levels if said.shape[1] > 1 else (0.5,)
    median = said[:, levels.index(0.5)]
    found = {
        "squared": (said.mean(axis=1) - one.truth) ** 2,
        "mae": np.abs(median - one.truth),
        "crps": crps_from_quantiles(levels, said, one.truth),
    }
    if len(levels) > 1:
        found["coverage_80"] = covered(levels, said, one.truth)
    return found


def _against(
    one: Hindcast,
    ours: Mapping[str, Floats],
    theirs: Mapping[str, Floats],
    block: int,
    rng: Generator,
) -> dict[str, Any]:
    """Return a rule's own scores, and our skill against it."""

    def better(name: str, statistic: Statistic) -> list[float | None]:
        pairs = np.stack([ours[name], theirs[name]], axis=1)
        return _said(interval(pairs, block=block, rng=rng, statistic=statistic))

    found = {
        "rmse": _short(np.sqrt(theirs["squared"].mean())),
        "mae": _short(theirs["mae"].mean()),
        "crps": _short(theirs["crps"].mean()),
        "rmse_skill": better("squared", _root_skill),
        "crps_skill": better("crps", skill),
    }
    if one.truth.min() > 0:
        found["mape"] = _short((100 * theirs["mae"] / one.truth).mean())
    return found


def _best_tss(one: Hindcast) -> float | None:
    """Return the greatest TSS of all probabilities that a warning may begin at."""
    curve = roc(one.said, one.truth)
    if curve.pod is None or curve.pofd is None:
        return None
    return _short(float((curve.pod - curve.pofd).max()))


def _brier_skill(loss: Floats, truth: Floats, block: int, rng: Generator) -> Interval:
    pairs = np.stack([loss, truth], axis=1)
    return interval(pairs, block=block, rng=rng, statistic=_beside_sample)


def _beside_sample(means: Floats) -> Floats:
    """Return 1 less the Brier score over that of the sample's own frequency."""
    return np.asarray(1 - means[..., 0] / (means[..., 1] * (1 - means[..., 1])))


def _root(means: Floats) -> Floats:
    return np.sqrt(means[..., 0])


def _root_skill(means: Floats) -> Floats:
    return 1 - np.sqrt(means[..., 0] / means[..., 1])


def _said(found: Interval) -> list[float | None]:
    """Return a score and the ends of its interval."""
    return [_short(found.value), _short(found.low), _short(found.high)]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{float(value):.{DIGITS}g}")
