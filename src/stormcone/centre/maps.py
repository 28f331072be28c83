"""The maps of a centre: every field that it can make, on one grid, from what is known."""

from collections.abc import Sequence
from datetime import datetime

from stormcone.centre.inputs import Inputs
from stormcone.forecast.field import Field
from stormcone.forecast.hf_com import HfFields, HfNow, hf_fields, hf_now
from stormcone.observation import tables
from stormcone.reference.grid import global_grid


class Maps:
    """Makes fields from one archive; holds nothing but the static tables."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self.grid = global_grid()
        self._cutoff = tables.cutoff()

    def hf_now(self, now: datetime) -> HfNow:
        """Return the median HF maps of this minute."""
        return hf_now(self._inputs.hf_com(now), now=now, grid=self.grid, cutoff=self._cutoff)

    def hf_fields(self, now: datetime, hours: Sequence[float]) -> HfFields:
        """Return the HF maps expected at `now` for each of the leads."""
        return hf_fields(
            self._inputs.hf_com(now),
            now=now,
            grid=self.grid,
            cutoff=self._cutoff,
            hours_ahead=hours,
        )

    def field(self, product: str, valid: datetime, hours: float) -> Field:
        """Return one field made at `valid` for `hours` ahead, with all its quantiles."""
        made = self.hf_fields(valid, (hours,)).step(0)
        return {"haf": made.haf_mhz, "absorption": made.absorption_30mhz_db}[product]
