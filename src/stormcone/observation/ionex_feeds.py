"""Where the daily maps of CODE lie; `year` and `day` of the year are the map's."""

from datetime import timedelta

import msgspec

from stormcone.observation.feed import Feed
from stormcone.observation.ionex import read_maps

_HOST = "https://www.aiub.unibe.ch/download/CODE"  # unverified

final = Feed(
    name="ionex-final",
    url=f"{_HOST}/{{year}}/COD0OPSFIN_{{year}}{{day}}0000_01D_01H_GIM.INX.gz",
    every=timedelta(hours=1),
    floor=timedelta(hours=1),
    expected_latency=timedelta(days=5),
    max_age=timedelta(days=10),
    credit="CODE, Astronomical Institute, University of Bern; IGS",
    licence="cite",
    may_package=True,
    read=read_maps,
)
rapid = msgspec.structs.replace(
    final,
    name="ionex-rapid",
    url=f"{_HOST}/{{year}}/COD0OPSRAP_{{year}}{{day}}0000_01D_01H_GIM.INX.gz",
    expected_latency=timedelta(hours=7),
    max_age=timedelta(hours=30),
)
