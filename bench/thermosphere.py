"""What the air and the aurora cost: tables, reading them, and one map at one degree."""

from datetime import UTC, datetime

import numpy as np

from bench.hf_field import best_ms
from stormcone.forecast.aurora import aurora_step, drive_from_kp
from stormcone.forecast.hf_drivers import LEVELS
from stormcone.forecast.outlook import Outlook
from stormcone.observation.tables import geomagnetic
from stormcone.reference.grid import global_grid
from stormcone.weather.aurora import oval_flux
from stormcone.weather.thermosphere import density, density_table, global_mean_density_table

NOW = datetime(2024, 5, 11, 3, tzinfo=UTC)
STORM = [200, 300, 300, 236, 207, 150, 20]
POINTS = 1_000_000


def measure() -> dict[str, float]:
    """Return the best of several runs after a warm-up, and ratios of one run."""
    lat, hour, altitude = places(POINTS)
    few = [one[:2000] for one in (lat, hour, altitude)]
    drivers = {"f107": 214, "f107a": 190, "ap7": STORM}
    table = density_table(NOW, 214, 190, STORM)
    read_ms = best_ms(lambda: table.at(lat, hour, altitude), 5)
    model_ms = best_ms(lambda: density(NOW, *few, **drivers), 3)
    grid, drive = global_grid(), drive_from_kp(kp_outlook(), 0)
    return {
        "density table with NRLMSIS 2.1, s": table_s(2.1),
        "density table with NRLMSISE-00, s": table_s(0),
        "global mean table, s": best_ms(global_mean_density_table, 1) / 1e3,
        "reading densities, million points a second": POINTS / read_ms / 1e3,
        "model / table per point at scattered places, ratio": (model_ms / len(few[0]))
        / (read_ms / POINTS),
        "one oval, ms": best_ms(lambda: oval_flux(5.0, 40.0)),
        "one aurora step with seven quantiles at 1 deg, ms": best_ms(
            lambda: aurora_step(drive, issued=NOW, grid=grid, table=geomagnetic()), 5
        ),
    }


def table_s(version: float) -> float:
    return best_ms(lambda: density_table(NOW, 214, 190, STORM, version=version), 3) / 1e3


def places(count: int) -> list[np.ndarray]:
    rng = np.random.Generator(np.random.PCG64(0))
    spans = ((-90, 90), (0, 24), (100, 1200))
    return [rng.uniform(low, high, count) for low, high in spans]


def kp_outlook() -> Outlook:
    values = np.array([[4, 4.5, 5, 6, 7, 7.5, 8.0]])
    usual = np.array([2.0])
    return Outlook(
        quantity="kp",
        issued=NOW,
        valid=(NOW,),
        levels=LEVELS,
        values=values,
        persistence=usual,
        climatology=usual,
    )


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{value:10.3f}  {what}")
