"""What dose at flight levels costs: eight levels, 24 hourly steps, at one degree."""

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from bench.hf_field import NOW, best_ms, steady
from stormcone.effect.radiation import radiation, radiation_ahead
from stormcone.forecast.radiation import RadiationInputs, radiation_fields, radiation_now
from stormcone.observation.tables import cutoff
from stormcone.reference.grid import global_grid
from stormcone.weather.cosmic_rays import gcr_dose_usv_h
from stormcone.weather.cutoff import grid_rigidity_gv
from stormcone.weather.dose_maps import NODES_GV, cutoff_index, dose_maps, gcr_table, sep_table
from stormcone.weather.ground_level import STATIONS, ground_level_event
from stormcone.weather.solar_protons import ProtonSpectrum

STEPS = 24
SPECTRUM = ProtonSpectrum(1e6, 5)


def measure() -> dict[str, float]:
    """Return the best of several runs after a warm-up, in milliseconds, and two ratios."""
    grid, table = global_grid(), cutoff()
    rigidity = grid_rigidity_gv(table, 3.0, grid.lat_deg[:, None], grid.lon_deg[None, :])
    column, cube = cutoff_index(rigidity), doses()
    looked_up = best_ms(lambda: dose_maps(cube, column))
    inputs = RadiationInputs(
        protons={
            mev: steady(f"proton_flux_{mev}mev_pfu", SPECTRUM.integral_pfu(mev), 5)
            for mev in (100, 500)
        }
    )
    fields = radiation_fields(
        inputs,
        now=NOW,
        grid=grid,
        cutoff=table,
        rng=Generator(PCG64(0)),
        hours_ahead=range(STEPS),
    )
    current = radiation_now(inputs, now=NOW, grid=grid, cutoff=table)
    step = fields.step(6)
    return {
        "dose cube, 8 levels x 24 steps at 1 deg, ms": looked_up,
        "np.interp / table ratio": best_ms(lambda: interpolated(cube, rigidity), 3) / looked_up,
        "formula of one level / table of one level ratio": best_ms(
            lambda: gcr_dose_usv_h(350, np.minimum(rigidity, 17), 0.6), 5
        )
        / best_ms(lambda: dose_maps(cube[0, 2], column)),
        "one step with seven quantiles of 50 members at 1 deg, ms": best_ms(
            lambda: fields.step(6)
        ),
        "one step without the ensemble at 1 deg, ms": best_ms(lambda: fields.middle(6)),
        "one nowcast at 1 deg, ms": best_ms(
            lambda: radiation_now(inputs, now=NOW, grid=grid, cutoff=table)
        ),
        "effect of one nowcast, ms": best_ms(lambda: radiation(current)),
        "effect of one step of quantiles, ms": best_ms(lambda: radiation_ahead(step)),
        "ground-level event, 8 h of 33 stations, ms": best_ms(
            lambda: ground_level_event(counts(), STATIONS)
        ),
    }


def doses() -> NDArray[np.float64]:
    """Return tables of 24 fading hours, shape (step, flight level, column)."""
    solar, cosmic = sep_table(SPECTRUM), gcr_table(0.6)
    return np.stack([cosmic + solar * np.exp(-hour / 12) for hour in range(STEPS)])


def interpolated(
    cube: NDArray[np.float64], rigidity: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return the same cube as `dose_maps`, interpolated in each cell."""
    rows = cube[..., :-1].reshape(-1, len(NODES_GV))
    return [np.interp(rigidity, NODES_GV, row) for row in rows]


def counts() -> NDArray[np.float64]:
    """Return eight quiet hours of all stations."""
    return Generator(PCG64(0)).normal(100, 1, (480, len(STATIONS)))


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{value:10.3f}  {what}")
