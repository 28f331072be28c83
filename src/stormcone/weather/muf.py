"""How far the highest usable frequency has fallen below what it was of late.

MUF(3000) is the highest frequency that one hop of 3000 km carries: foF2 times M(3000)F2.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

HISTORY_DAYS, LEAST_DAYS = 30, 10


def muf_3000_mhz(fof2_mhz: ArrayLike, m3000: ArrayLike) -> NDArray[np.float64]:
    """Return MUF(3000) in MHz; the two broadcast.

    Examples
    --------
    >>> muf_3000_mhz(8.0, 3.0)
    array(24.)
    """
    return np.asarray(np.asarray(fof2_mhz, float) * np.asarray(m3000, float))


def usual_muf_mhz(at: NDArray[np.datetime64], muf_mhz: ArrayLike, now: np.datetime64) -> float:
    """Return the median of the same hour of UT over the last 30 days; NaN under 10 days.

    Samples at or after `now` do not count, nor do missing ones; a day counts once.

    Raises
    ------
    ValueError
        If there are not as many values as times.
    """
    muf = np.asarray(muf_mhz, float)
    if muf.shape != at.shape:
        raise ValueError(f"{muf.size} values of MUF at {at.size} times; expected one each")
    hour = now.astype("datetime64[h]")
    ago_h = (hour - at.astype("datetime64[h]")).astype(int)
    wanted = (ago_h > 0) & (ago_h <= 24 * HISTORY_DAYS) & (ago_h % 24 == 0) & np.isfinite(muf)
    days = [float(np.median(muf[wanted & (ago_h == ago)])) for ago in np.unique(ago_h[wanted])]
    return float(np.median(days)) if len(days) >= LEAST_DAYS else float("nan")


def depression_percent(muf_mhz: ArrayLike, usual_mhz: ArrayLike) -> NDArray[np.float64]:
    """Return by how much MUF lies below the usual, in percent; negative above it.

    Examples
    --------
    >>> depression_percent(12.0, 20.0)
    array(40.)
    """
    return np.asarray(100 * (1 - np.asarray(muf_mhz, float) / np.asarray(usual_mhz, float)))
