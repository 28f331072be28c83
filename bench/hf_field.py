"""What an HF field costs: a storm with X-rays, two proton channels and Kp, at one degree."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from stormcone.effect.hf_com import polar_cap as exceeded
from stormcone.effect.thresholds import THRESHOLDS
from stormcone.forecast.field import Source
from stormcone.forecast.hf_com import HfInputs, hf_fields, hf_now
from stormcone.observation.feed import Provenance, Series
from stormcone.observation.tables import cutoff
from stormcone.reference.grid import global_grid
from stormcone.weather.absorption import spectrum
from stormcone.weather.absorption_maps import (
    CutoffPair,
    Layers,
    PolarCap,
    absorption_maps,
    numpy_maps,
    polar_cap,
)
from stormcone.weather.cutoff import root_rigidity

NOW = datetime(2026, 1, 19, 18, tzinfo=UTC)
STEPS = 24
CHANNELS = {10: 10_000.0, 50: 40.0}


def measure() -> dict[str, float]:
    """Return the best of several runs after a warm-up, in milliseconds, and one ratio."""
    grid, table, inputs = global_grid(), cutoff(), storm()

    def field_set() -> object:
        return hf_fields(inputs, now=NOW, grid=grid, cutoff=table, hours_ahead=range(STEPS))

    def nowcast() -> object:
        return hf_now(inputs, now=NOW, grid=grid, cutoff=table)

    fields = hf_fields(inputs, now=NOW, grid=grid, cutoff=table, hours_ahead=range(STEPS))
    current = hf_now(inputs, now=NOW, grid=grid, cutoff=table)
    step = fields.step(6)
    cap, layers = storm_layers()
    return {
        "one HF field, 24 steps at 1 deg, ms": best_ms(field_set),
        "one HF step with seven quantiles of four quantities at 1 deg, ms": best_ms(
            lambda: fields.step(6)
        ),
        "one HF nowcast at 1 deg, ms": best_ms(nowcast),
        "exceedance of one field at 1 deg, ms": best_ms(
            lambda: step.polar_cap_30mhz_db.exceedance(2.0)
        ),
        "PCA at scale 1.0 and 0.9 of one nowcast, ms": best_ms(
            lambda: (exceeded(current), exceeded(current, thresholds=THRESHOLDS.scaled(0.9)))
        ),
        "NumPy twin / kernel ratio": best_ms(lambda: numpy_maps(grid, layers, cap), 5)
        / best_ms(lambda: absorption_maps(grid, layers, cap), 5),
    }


def best_ms(run: Callable[[], object], times: int = 15) -> float:
    """Return the shortest of several runs, in milliseconds."""
    run()
    return min(_one_ms(run) for _ in range(times))


def _one_ms(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


def storm() -> HfInputs:
    """Return three days of made-up storm, as the centre would hand them in."""
    kp = Source(
        quantity="kp",
        value=5.0,
        at=NOW - timedelta(hours=3),
        source="bench",
        provenance=Provenance.OBSERVED,
    )
    protons = {
        mev: steady(f"proton_flux_{mev}mev_pfu", pfu, 5) for mev, pfu in CHANNELS.items()
    }
    return HfInputs(xray=steady("xray_flux_w_m2", 1e-4, 1), protons=protons, kp=kp)


def steady(quantity: str, value: float, step_min: int) -> Series:
    """Return three days of one value up to NOW."""
    samples = 3 * 1440 // step_min
    last = np.datetime64(NOW.replace(tzinfo=None), "ms")
    at = last - np.arange(samples)[::-1] * np.timedelta64(step_min, "m")
    return Series(
        quantity=quantity,
        source="bench",
        at=at,
        value=np.full(samples, value),
        known=at,
        flags=np.zeros(samples, np.uint16),
        provenance=(Provenance.OBSERVED,) * samples,
    )


def storm_layers() -> tuple[PolarCap, Layers]:
    """Return one polar cap and 24 hours of Sun, for the kernel against its twin."""
    grid = global_grid()
    roots = root_rigidity(cutoff(), grid.lat_deg[:, None], grid.lon_deg[None, :])
    _, low, high = roots.astype(np.float32)
    cap = polar_cap(CutoffPair(low=low, high=high, part=0.3), spectrum(CHANNELS))
    layers = Layers(
        sun_lat_deg=np.full(STEPS, -20.0),
        sun_lon_deg=np.linspace(-180, 165, STEPS),
        overhead_mhz=np.full(STEPS, 25.0),
        scale=np.linspace(1, 0.4, STEPS),
    )
    return cap, layers


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{value:10.3f}  {what}")
