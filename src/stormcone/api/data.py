"""What the interface answers about readings, fields and the time axis."""

from datetime import datetime

from msgspec import Struct

from stormcone.api.shapes import SPAN


class Line(Struct, kw_only=True):
    """One instrument's readings; a gap is longer than three cadences."""

    source: str
    provenance: str
    cadence_s: float
    times_s: list[int]
    values: list[float | None]


class SeriesShape(Struct, kw_only=True):
    """A quantity over time, as known at `as_of`."""

    quantity: str
    unit: str
    as_of: datetime
    lines: list[Line]
    decimated: bool


class Mark(Struct, kw_only=True, rename=SPAN):
    """An advisory as a bar on the time axis."""

    key: str
    slug: str | None
    centre: str
    effect: str
    cause: str
    thread: str
    start: datetime
    end: datetime
    severity: str | None
    action: str | None
    observed: datetime
    issued: datetime
    text: str


class ComparisonShape(Struct, kw_only=True):
    """One milestone: our minute beside the really issued one, and the difference."""

    what: str
    ours: datetime | None
    real: datetime | None
    minutes: float | None
    note: str | None = None


class Flare(Struct, kw_only=True):
    """A flare's maximum."""

    at: datetime
    label: str


class Marks(Struct, kw_only=True):
    """What the time conductor and the advisory lanes show."""

    as_of: datetime
    ours: list[Mark]
    real: list[Mark]
    comparison: list[ComparisonShape]
    flares: list[Flare]


class Product(Struct, kw_only=True):
    """A field that can be drawn; codes 1-255 span vmin to vmax in the transformed value."""

    id: str
    title: str
    unit: str
    cadence_s: int
    vmin: float
    vmax: float
    transform: str
    contours: list[float]
    levels: list[str]


class Products(Struct):
    """The fields of this centre."""

    products: list[Product]


class FieldSource(Struct, kw_only=True):
    """An observation that a field rests on."""

    quantity: str
    value: float
    at: datetime
    source: str
    provenance: str


class FieldAbout(Struct, kw_only=True):
    """What a field is, and what it rests on."""

    quantity: str
    grid: str
    issued: datetime
    valid: datetime
    sources: list[FieldSource]
    says: list[str]
    missing: bool
    etag: str


class Point(Struct, kw_only=True):
    """A field at one place: median, 5 % and 95 % quantile."""

    value: float | None
    low: float | None
    high: float | None
    unit: str
    zenith_deg: float
    geomagnetic_lat_deg: float
