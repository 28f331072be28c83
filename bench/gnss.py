"""What the ionosphere costs: maps of TEC and MUF at one degree, analyses, and PyIRI beside."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import PyIRI
import PyIRI.main_library as pyiri

from stormcone.effect.gnss import scintillation_ahead, tec_ahead
from stormcone.forecast.gnss import GnssInputs, gnss_analysis, gnss_fields
from stormcone.forecast.ionosphere_grid import IonosphereTables, ionosphere_grid
from stormcone.forecast.muf import MufInputs, muf_fields
from stormcone.forecast.tec_analysis import TecReadings
from stormcone.observation import tables
from stormcone.observation.feed import Provenance, Series
from stormcone.reference.grid import global_grid
from stormcone.weather import ionosphere, tec
from stormcone.weather.layers import layers, sun_vectors

NOW = datetime(2024, 5, 11, 12, tzinfo=UTC)
STEPS = 24
READINGS = (150, 300, 600, 1200)
F107_SFU = 150.0
PEER_STEP_KM = 10.0  # PyIRI makes profiles; a coarse one, in its favour


def measure() -> dict[str, float]:
    """Return the best of several runs after a warm-up, in milliseconds, and ratios."""
    shelf = IonosphereTables(
        coefficients=tables.ionosphere(),
        geomagnetic=tables.geomagnetic(),
        bubbles=tables.bubbles(),
    )
    on = ionosphere_grid(shelf, global_grid())
    inputs = GnssInputs(f107=series("f107_sfu", F107_SFU, 24, 81), kp=series("kp", 6.0, 3, 36))
    fields = gnss_fields(inputs, now=NOW, on=on, hours_ahead=range(STEPS))
    step = fields.step(6)

    def analysed(count: int) -> Callable[[], object]:
        seen = readings(count)
        return lambda: gnss_analysis(seen, inputs, now=NOW, tables=shelf)

    seen = gnss_analysis(readings(600), inputs, now=NOW, tables=shelf)
    assimilated = GnssInputs(f107=inputs.f107, kp=inputs.kp, tec=seen)
    kp_only = MufInputs(kp=inputs.kp)
    whole_ms = best_ms(lambda: gnss_fields(inputs, now=NOW, on=on, hours_ahead=range(STEPS)))
    cells = STEPS * on.grid.shape[0] * on.grid.shape[1]
    return {
        "static rows of a grid at 1 deg, ms": best_ms(
            lambda: ionosphere_grid(shelf, global_grid()), 3
        ),
        **parts_ms(),
        "TEC medians, 24 steps at 1 deg, ms": whole_ms,
        "TEC medians per cell and step, ns": 1e6 * whole_ms / cells,
        "the same with an analysis, ms": best_ms(
            lambda: gnss_fields(assimilated, now=NOW, on=on, hours_ahead=range(STEPS))
        ),
        "quantiles and scintillation of one step, ms": best_ms(lambda: fields.step(6)),
        "effects of one step, ms": best_ms(
            lambda: (tec_ahead(step), scintillation_ahead(step))
        ),
        "MUF depression, 24 steps at 1 deg, ms": best_ms(
            lambda: muf_fields(kp_only, now=NOW, on=on, hours_ahead=range(STEPS))
        ),
        **{f"analysis of {count} readings, ms": best_ms(analysed(count)) for count in READINGS},
        **against_pyiri(),
    }


def parts_ms() -> dict[str, float]:
    """Return the cost of the maps of foF2 and M(3000)F2, of the loop, and its NumPy twin."""
    places = ionosphere.geometry_of(tables.geomagnetic(), global_grid())
    times = [NOW + timedelta(hours=step) for step in range(STEPS)]
    peaks, sky = model(places, times)
    loop_ms = best_ms(lambda: tec.vertical_tec_maps(places, peaks, **sky))
    one, sky_of_one = model(places, times[:1])
    twin_ms = best_ms(lambda: tec.vertical_tec_tecu(layers(places, one, **sky_of_one)), 5)
    single_ms = best_ms(lambda: tec.vertical_tec_maps(places, one, **sky_of_one), 5)
    return {
        "foF2 and M(3000)F2, 24 steps at 1 deg, ms": best_ms(
            lambda: ionosphere.peak(tables.ionosphere(), places, times)
        ),
        "layers and TEC by the loop, 24 steps at 1 deg, ms": loop_ms,
        "NumPy twin / loop ratio": twin_ms / single_ms,
    }


def against_pyiri() -> dict[str, float]:
    """Return how many times longer PyIRI takes for TEC at one hour on 5 by 5 degrees."""
    lat_deg, lon_deg = np.meshgrid(np.arange(-90, 91, 5.0), np.arange(-180, 180, 5.0))
    lat_deg, lon_deg = lat_deg.ravel(), lon_deg.ravel()
    heights_km = np.arange(60, 20_200, PEER_STEP_KM)
    places = ionosphere.geometry_at(tables.geomagnetic(), lat_deg, lon_deg)

    def theirs() -> object:
        *_, density = pyiri.IRI_density_1day(
            2024, 5, 15, np.array([12.0]), lon_deg, lat_deg, heights_km, F107_SFU,
            PyIRI.coeff_dir, 0,
        )  # fmt: skip
        return pyiri.edp_to_vtec(density, heights_km)

    def ours() -> object:
        peaks, sky = model(places, [NOW.replace(day=15)])
        return tec.vertical_tec_maps(places, peaks, **sky)

    return {"PyIRI / ours for one map of TEC": best_ms(theirs, 2) / best_ms(ours)}


def model(places: ionosphere.Geometry, times: list[datetime]) -> tuple[ionosphere.Peak, dict]:
    sky = {
        "ig12": ionosphere.ig12_of_r12(ionosphere.r12_of_f107(F107_SFU)),
        "sun": sun_vectors(times),
        "season_of": [ionosphere.season(at) for at in times],
    }
    return ionosphere.peak(tables.ionosphere(), places, times), sky


def readings(count: int) -> TecReadings:
    """Return receivers spread over the globe, all with 40 TECU."""
    return TecReadings(
        lat_deg=np.degrees(np.arcsin(np.linspace(-0.97, 0.97, count))),
        lon_deg=137.507764 * np.arange(count) % 360 - 180,
        vtec_tecu=np.full(count, 40.0),
        error_tecu=np.full(count, 2.0),
        at=NOW,
        source="bench",
    )


def series(quantity: str, value: float, step_h: int, count: int) -> Series:
    step = np.timedelta64(step_h, "h")
    last = np.datetime64(NOW.replace(hour=0 if step_h == 24 else 9, tzinfo=None), "ms")
    at = last - np.arange(count)[::-1] * step
    return Series(
        quantity=quantity,
        source="bench",
        at=at,
        value=np.full(count, value),
        known=at,
        flags=np.zeros(count, np.uint16),
        provenance=(Provenance.OBSERVED,) * count,
    )


def best_ms(run: Callable[[], object], times: int = 9) -> float:
    """Return the shortest of several runs, in milliseconds."""
    run()
    return min(_one_ms(run) for _ in range(times))


def _one_ms(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{value:10.3f}  {what}")
