"""What the ensemble of an ejection costs: 100,000 members, and the whole forecast of them."""

from datetime import UTC, datetime, timedelta

import numpy as np

from bench.hf_field import best_ms
from stormcone.forecast.cme import MEMBERS, CmeInputs, cme_arrival, ensemble
from stormcone.weather import cme

SEEN = CmeInputs(
    launched=datetime(2024, 5, 9, 12, tzinfo=UTC),
    speed_km_s=1000.0,
    wind_km_s=400.0,
    longitude_deg=10.0,
    latitude_deg=5.0,
    half_width_deg=40.0,
)


def measure() -> dict[str, float]:
    """Return the best of several runs in milliseconds, and one ratio to plain NumPy."""
    rng = np.random.Generator(np.random.PCG64(0))
    speed, wind = rng.normal(1000, 100, MEMBERS), rng.normal(400, 50, MEMBERS)
    drag = np.maximum(rng.normal(0.2e-7, 0.08e-7, MEMBERS), 0.02e-7)
    kernel_ms = best_ms(lambda: cme.arrival(speed, wind, drag))
    return {
        "CME, 100,000 members, drag model alone, ms": kernel_ms,
        "CME, 100,000 members drawn and carried, ms": best_ms(lambda: ensemble(SEEN, rng)),
        "CME, arrival, speed, Kp and histogram of 100,000 members, ms": best_ms(
            lambda: cme_arrival(SEEN, now=SEEN.launched + timedelta(hours=6), rng=rng)
        ),
        "CME, twelve Newton steps in NumPy / kernel ratio": best_ms(
            lambda: twelve_steps(speed, wind, drag), 5
        )
        / kernel_ms,
    }


def twelve_steps(speed: np.ndarray, wind: np.ndarray, drag: np.ndarray) -> np.ndarray:
    """Return the hours of the drag model as whole arrays, every step for every member."""
    sign, away = np.where(speed >= wind, 1.0, -1.0), np.abs(speed - wind)
    t = cme.DISTANCE_KM / ((speed + wind) / 2)
    for _ in range(12):
        slowed = 1 + drag * away * t
        short = cme.DISTANCE_KM - sign * np.log(slowed) / drag - wind * t
        t = t + short / (sign * away / slowed + wind)
    return t / 3600


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{value:10.3f}  {what}")
