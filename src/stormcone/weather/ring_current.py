"""Dst from the solar wind: the ring current gains energy, loses it, and is pressed inward."""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray


class RingCurrent(Struct, frozen=True, kw_only=True):
    """One set of constants of d(Dst*)/dt = Q - Dst*/tau, Dst = Dst* + b sqrt(P) - c.

    Q is `injection` nT/h for each mV/m of VBs above `threshold_mv_m`. The decay time is
    `decay_h * exp(v / (w + VBs))` with `slowing` = (v, w); v = 0 keeps it constant.
    """

    name: str
    injection: float
    threshold_mv_m: float
    decay_h: float
    slowing: tuple[float, float]
    pressure: float
    quiet_nt: float


OBRIEN_MCPHERRON_2000 = RingCurrent(
    name="O'Brien and McPherron 2000",
    injection=-4.4,
    threshold_mv_m=0.49,
    decay_h=2.4,
    slowing=(9.74, 4.69),
    pressure=7.26,
    quiet_nt=11,
)
BURTON_1975 = RingCurrent(
    name="Burton, McPherron and Russell 1975",
    injection=-5.4,
    threshold_mv_m=0.5,
    decay_h=7.7,
    slowing=(0.0, 1.0),
    pressure=15.8,
    quiet_nt=20,
)


def injection_nt_h(model: RingCurrent, southward_mv_m: ArrayLike) -> NDArray[np.float64]:
    """Return what a southward electric field VBs adds to Dst* per hour, 0 or negative."""
    excess = np.maximum(np.asarray(southward_mv_m, float) - model.threshold_mv_m, 0)
    added: NDArray[np.float64] = model.injection * excess
    return added


def decay_time_h(model: RingCurrent, southward_mv_m: ArrayLike) -> NDArray[np.float64]:
    """Return the time in which the ring current falls to 1/e.

    Examples
    --------
    >>> decay_time_h(OBRIEN_MCPHERRON_2000, [0.3, 6]).round(3)
    array([16.901,  5.969])
    """
    v, w = model.slowing
    decay: NDArray[np.float64] = model.decay_h * np.exp(
        v / (w + np.asarray(southward_mv_m, float))
    )
    return decay


def step_dst_nt(
    model: RingCurrent,
    dst_nt: ArrayLike,
    southward_mv_m: ArrayLike,
    pressure_npa: ArrayLike,
    next_pressure_npa: ArrayLike | None = None,
    *,
    hours: float = 1.0,
) -> NDArray[np.float64]:
    """Return Dst some hours on, the wind staying as it is; all arguments broadcast.

    The step is exact for a constant wind, of any length. `next_pressure_npa` is the pressure
    at its end, where it is known to differ.

    References
    ----------
    .. [1] O'Brien and McPherron, J. Geophys. Res. 105, 7707, 2000.
    .. [2] Burton, McPherron and Russell, J. Geophys. Res. 80, 4204, 1975.

    Examples
    --------
    >>> step_dst_nt(OBRIEN_MCPHERRON_2000, [-50, -100], [6, 0.3], [4, 2]).round(2)
    array([-64.07, -94.3 ])
    """
    pressed_nt = _pressed_nt(model, pressure_npa)
    finally_nt = (
        pressed_nt if next_pressure_npa is None else _pressed_nt(model, next_pressure_npa)
    )
    tau_h = decay_time_h(model, southward_mv_m)
    settled_nt = injection_nt_h(model, southward_mv_m) * tau_h
    ring_nt = np.asarray(dst_nt, float) - pressed_nt
    after: NDArray[np.float64] = (
        settled_nt + (ring_nt - settled_nt) * np.exp(-hours / tau_h) + finally_nt
    )
    return after


def run_dst_nt(
    model: RingCurrent,
    dst_nt: ArrayLike,
    southward_mv_m: NDArray[np.float64],
    pressure_npa: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return Dst at the end of every hour of wind, started once from `dst_nt`.

    Parameters
    ----------
    dst_nt
        Dst before the first hour, shape (...).
    southward_mv_m
        Hourly wind, shape (hour, ...).
    pressure_npa
        Pressure at the start of each hour and at the end of the last, shape (hour + 1, ...).

    Returns
    -------
    Shape (hour, ...); NaN from the first hour without wind on.
    """
    dst = np.asarray(dst_nt, float)
    found = np.empty((len(southward_mv_m), *np.broadcast(dst, southward_mv_m[0]).shape))
    for hour, field in enumerate(southward_mv_m):
        dst = step_dst_nt(model, dst, field, pressure_npa[hour], pressure_npa[hour + 1])
        found[hour] = dst
    return found


def _pressed_nt(model: RingCurrent, pressure_npa: ArrayLike) -> NDArray[np.float64]:
    pressed: NDArray[np.float64] = (
        model.pressure * np.sqrt(np.asarray(pressure_npa, float)) - model.quiet_nt
    )
    return pressed
