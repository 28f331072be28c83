"""Make vertical_cutoff_5x10_….npz with OTSO: `python tools/tables/cutoff.py OUT.npz`.

OTSO 1.3 is a GPL-3 program: run this in an environment of its own; never imported by ours.
Three minutes for each Kp on two cores.
"""

import sys

import numpy as np
import OTSO

LAT_DEG, LON_DEG = np.arange(-90.0, 91, 5), np.arange(-180.0, 180, 10)
KP = (1, 4, 7, 9)
POLAR_DEG = 80  # from here on the cutoff is 0
STEP_GV, HIGHEST_GV = 0.05, 20


def grid(kp: int) -> np.ndarray:
    """Return upper, effective and lower cutoff in GV, shape (37, 36, 3), float32."""
    places = [
        [f"P{row}_{column}", float(lat), float(lon)]
        for row, lat in enumerate(LAT_DEG)
        for column, lon in enumerate(LON_DEG)
        if abs(lat) < POLAR_DEG
    ]
    found = OTSO.cutoff(
        Stations=[],
        customlocations=places,
        rigidity_params={"rigiditystep": STEP_GV, "startrigidity": HIGHEST_GV},
        geomagnetic_params={"kp": kp},
        computation_params={"Verbose": False, "corenum": 2},
        datetime_params=dict(year=2024, month=7, day=1, hour=0, minute=0, second=0),
    )[0]
    made = np.zeros((len(LAT_DEG), len(LON_DEG), 3), np.float32)
    for name in found.columns:
        row, column = map(int, name[1:].split("_"))
        made[row, column] = [found.loc[kind, name] for kind in ("Ru", "Rc", "Rl")]
    return made


if __name__ == "__main__":
    np.savez_compressed(
        sys.argv[1], lat=LAT_DEG, lon=LON_DEG, **{f"kp{kp}": grid(kp) for kp in KP}
    )
