"""The maps of a centre: every field that it can make, on one grid, from what is known."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from msgspec import structs
from numpy.random import PCG64, Generator

from stormcone.centre.forecasts import Forecasts
from stormcone.centre.inputs import Inputs
from stormcone.forecast.aurora import aurora_step, drive_from_kp
from stormcone.forecast.auroral import AuroralStep, auroral_ahead, auroral_now
from stormcone.forecast.field import Field
from stormcone.forecast.gnss import (
    TEC_MAX_AGE,
    GnssFields,
    GnssInputs,
    gnss_analysis,
    gnss_fields,
)
from stormcone.forecast.hf_com import HfFields, HfNow, hf_fields, hf_now
from stormcone.forecast.ionosphere_grid import (
    IonosphereGrid,
    IonosphereTables,
    ionosphere_grid,
)
from stormcone.forecast.muf import MufFields, MufInputs, muf_fields
from stormcone.forecast.outlook import Outlook
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.forecast.radiation import (
    RadiationFields,
    RadiationNow,
    radiation_fields,
    radiation_now,
)
from stormcone.forecast.tec_analysis import tec_readings
from stormcone.observation import tables
from stormcone.reference.grid import global_grid

TEC = "vtec_tecu"
LEAST_MEV = 100  # without it no channel of protons counts for the dose
SEED = 20260118
"""Ensembles are drawn anew from the same seed, so that a forecast can be repeated."""
Hours = Sequence[float]
AnyField = Field | ProbabilityField


class Maps:
    """Makes fields from one archive; the answer to a question does not depend on others."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._forecasts = Forecasts(inputs)
        self.grid = global_grid()
        self._cutoff = tables.cutoff()
        self._magnetic = tables.geomagnetic()

    def hf_now(self, now: datetime) -> HfNow:
        """Return the median HF maps of this minute."""
        inputs = self._inputs.hf_com(now)
        return hf_now(inputs, now=now, grid=self.grid, cutoff=self._cutoff)

    def hf_fields(self, now: datetime, hours: Hours) -> HfFields:
        """Return HF absorption as expected at `now` for each of the leads."""
        inputs = self._inputs.hf_com(now)
        return hf_fields(
            inputs, now=now, grid=self.grid, cutoff=self._cutoff, hours_ahead=hours
        )

    def auroral_now(self, now: datetime) -> AuroralStep:
        """Return what the newest Kp brings."""
        kp = self._inputs.kp(now)
        return auroral_now(kp, now=now, grid=self.grid, table=self._magnetic)

    def auroral_fields(self, now: datetime, hours: Hours) -> tuple[AuroralStep, ...]:
        """Return what Kp is expected to bring at each of the leads."""
        kp = self._forecasts.kp(now)
        return tuple(
            structs.replace(
                auroral_ahead(
                    kp, _step_of(kp, now, lead), grid=self.grid, table=self._magnetic
                ),
                valid=now + timedelta(hours=lead),
            )
            for lead in hours
        )

    def radiation_now(self, now: datetime) -> RadiationNow:
        """Return the dose of this minute."""
        inputs = self._inputs.radiation(now)
        return radiation_now(inputs, now=now, grid=self.grid, cutoff=self._cutoff)

    def hard_protons_are_fed(self, now: datetime) -> bool:
        """Say whether anything of this day could show solar protons of high energy."""
        inputs = self._inputs.radiation(now)
        return LEAST_MEV in inputs.protons or bool(inputs.monitors)

    def radiation_fields(self, now: datetime, hours: Hours) -> RadiationFields:
        """Return the dose expected at `now` for each of the leads."""
        return radiation_fields(
            self._inputs.radiation(now),
            now=now,
            grid=self.grid,
            cutoff=self._cutoff,
            rng=Generator(PCG64(SEED)),
            hours_ahead=hours,
        )

    def gnss_fields(self, now: datetime, hours: Hours) -> GnssFields:
        """Return electron content and scintillation expected at `now` for each of the leads."""
        inputs = self._gnss_inputs(now)
        return gnss_fields(inputs, now=now, on=self._ionosphere, hours_ahead=hours)

    def electrons_are_seen(self, now: datetime) -> bool:
        """Say whether a map of electron content of this hour has been published."""
        found = self._inputs.map_of(TEC, now)
        return found is not None and now - found.at <= TEC_MAX_AGE

    def muf_fields(self, now: datetime, hours: Hours) -> MufFields:
        """Return the depression of MUF expected at `now` for each of the leads."""
        inputs = MufInputs(kp=self._forecasts.kp_so_far(now), kp_ahead=self._forecasts.kp(now))
        return muf_fields(inputs, now=now, on=self._ionosphere, hours_ahead=hours)

    def energy_flux(self, now: datetime, hours: float) -> Field:
        """Return the energy flux of the aurora, `hours` ahead."""
        kp = self._forecasts.kp(now)
        drive = structs.replace(
            drive_from_kp(kp, _step_of(kp, now, hours)), valid=now + timedelta(hours=hours)
        )
        made = aurora_step(drive, issued=now, grid=self.grid, table=self._magnetic)
        return made.energy_flux

    def field(self, product: str, now: datetime, hours: float) -> AnyField:
        """Return one map made at `now` for `hours` ahead.

        Raises
        ------
        LookupError
            If there is no such product; names those that there are.
        """
        if product not in PRODUCTS:
            raise LookupError(f"no map {product!r}; there are {', '.join(PRODUCTS)}")
        return PRODUCTS[product](self, now, hours)

    def _gnss_inputs(self, now: datetime) -> GnssInputs:
        """Return what is known, with an analysis of the newest published map.

        The analysis is made anew each time: it takes less than the maps that rest on it, and
        what is known of Kp and F10.7 at the time of the map differs from moment to moment.
        """
        f107, kp = self._forecasts.observed_f107(now), self._forecasts.kp_so_far(now)
        fed = GnssInputs(f107=f107, kp=kp, kp_ahead=self._forecasts.kp(now))
        found = self._inputs.map_of(TEC, now)
        if found is None or not np.isfinite(found.values).any():
            return fed
        readings, shelf = tec_readings(found), self._ionosphere.tables
        return structs.replace(fed, tec=gnss_analysis(readings, fed, now=now, tables=shelf))

    @cached_property
    def _ionosphere(self) -> IonosphereGrid:
        """What is static of the ionosphere on our grid: 45 MB, made when first asked for."""
        made = IonosphereTables(
            coefficients=tables.ionosphere(),
            geomagnetic=self._magnetic,
            bubbles=tables.bubbles(),
        )
        return ionosphere_grid(made, self.grid)


PRODUCTS: Mapping[str, Callable[[Maps, datetime, float], AnyField]] = {
    "haf": lambda maps, now, lead: maps.hf_fields(now, (lead,)).step(0).haf_mhz,
    "absorption": lambda maps, now, lead: (
        maps.hf_fields(now, (lead,)).step(0).absorption_30mhz_db
    ),
    "muf": lambda maps, now, lead: maps.muf_fields(now, (lead,)).step(0).depression_percent,
    "tec": lambda maps, now, lead: maps.gnss_fields(now, (lead,)).step(0).vtec_tecu,
    "s4": lambda maps, now, lead: maps.gnss_fields(now, (lead,)).step(0).s4,
    "phase": lambda maps, now, lead: (
        maps.gnss_fields(now, (lead,)).step(0).phase_scintillation_rad
    ),
    "dose": lambda maps, now, lead: maps.radiation_fields(now, (lead,)).step(0),
    "aurora": lambda maps, now, lead: maps.energy_flux(now, lead),
}
"""Every map by its name, as `stormcone field` and the interface ask for it."""


def _step_of(kp: Outlook, now: datetime, hours: float) -> int:
    """Return the place of the three hours that hold a lead."""
    steps = len(kp.valid)
    ahead = (now - kp.valid[0]).total_seconds() / 3600 + hours
    return min(int(ahead // 3), steps - 1)
