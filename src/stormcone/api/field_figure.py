"""A field as a figure, in the colours' range of the console; needs matplotlib."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from textwrap import fill

import msgspec
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.figure import Figure
from msgspec import Struct
from numpy.typing import NDArray

from stormcone.api.field_files import AnyField, described
from stormcone.api.fields import PRODUCTS, at_shown_level, layer
from stormcone.effect.effect import Severity
from stormcone.effect.thresholds import THRESHOLDS, UnknownQuantityError
from stormcone.forecast.probability_field import ProbabilityField

COAST = files("stormcone.api") / "static" / "land-50m.json"
COLOURS = "YlGnBu"
LINES: Mapping[Severity, str] = {Severity.MODERATE: "darkorange", Severity.SEVERE: "red"}
EVEN = 0.5  # as probable as not
WIDEST = 110  # characters of the line below


class Limit(Struct, frozen=True, eq=False):
    """A line to draw: where `values` (lat, lon) reach `limit`, and what that means."""

    severity: Severity
    values: NDArray[np.float32]
    limit: float
    words: str

    @property
    def is_reached(self) -> bool:
        """Say whether any cell reaches it."""
        return bool((self.values >= self.limit).any())

    @property
    def is_crossed(self) -> bool:
        """Say whether there is a line to draw: cells on either side."""
        return bool((self.values > self.limit).any() and (self.values < self.limit).any())

    @property
    def label(self) -> str:
        """Return the words of the legend."""
        if self.is_reached:
            return self.words
        return f"{self.words}: {'not known' if np.isnan(self.values).any() else 'nowhere'}"


def draw(field: AnyField, path: Path) -> None:
    """Write a field's figure to `path`."""
    figure_of(field).savefig(path, dpi=120)


def figure_of(field: AnyField) -> Figure:
    """Return a map of the median, or of the probability of the lower threshold.

    Of flight levels it shows FL400; a cell a node and nothing between them, grey is not known.
    Lines show where the median reaches MODERATE and SEVERE, or where they are as probable as
    not.
    """
    shown = at_shown_level(field)
    figure = Figure(figsize=(10, 5.3), layout="constrained")
    axes = figure.add_subplot(
        facecolor="0.8",
        xlim=(-180, 180),
        ylim=(-90, 90),
        xticks=range(-180, 181, 30),
        yticks=range(-90, 91, 30),
        xlabel="longitude, degrees east",
        ylabel="latitude, degrees north",
        aspect="equal",
    )
    values, norm = layer(shown), _norm(shown)
    cells = axes.pcolormesh(*_closed(shown, values), shading="nearest", cmap=COLOURS, norm=norm)
    extend = _beyond(values, norm)
    figure.colorbar(cells, ax=axes, label=_quantity(shown), extend=extend, shrink=0.8)
    _background(axes)
    _limit_lines(axes, shown)
    axes.set_title(_caption(shown))
    if shown.says:
        figure.supxlabel(fill(f"says: {', '.join(shown.says)}", WIDEST), fontsize="small")
    return figure


def _closed(
    field: AnyField, values: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]:
    """Return longitudes, latitudes and values with the first meridian once more in the east."""
    lon = np.append(field.grid.lon_deg, field.grid.lon_deg[0] + 360)
    return lon, field.grid.lat_deg, np.concatenate([values, values[:, :1]], axis=1)


def _norm(field: AnyField) -> Normalize:
    """Return the range of the colours: the console's, or up to MODERATE where that is nowhere.

    A quantity that the console does not draw has the range of its values.
    """
    product, moderate = PRODUCTS.get(described(field).product), next(_limits(field), None)
    if product is None:
        return Normalize(0, float(np.fmax.reduce(layer(field), axis=None, initial=1e-9)))
    power = 2 if product.transform == "sqrt" else 1
    calm = moderate is not None and not moderate.is_reached
    top = moderate.limit if moderate and calm else product.vmax**power
    return PowerNorm(1 / power, vmin=product.vmin**power, vmax=top)


def _beyond(values: NDArray[np.float32], norm: Normalize) -> str:
    """Return at which ends of the colour bar values go on."""
    scaled = np.asarray(norm(values))
    below, above = bool((scaled < 0).any()), bool((scaled > 1).any())
    return ("neither", "min", "max", "both")[below + 2 * above]


def _background(axes: Axes) -> None:
    """Draw the coasts and every thirtieth degree."""
    axes.grid(color="0.6", linewidth=0.4)
    lines = LineCollection(list(_coasts()), colors="0.4", linewidths=0.5)
    axes.add_collection(lines, autolim=False)


def _coasts() -> Iterator[NDArray[np.float64]]:
    """Yield coast lines (n, longitude and latitude), broken where they cross the date line."""
    kept = msgspec.json.decode(COAST.read_bytes())
    scale, origin = (np.array(kept["transform"][key]) for key in ("scale", "translate"))
    for steps in kept["arcs"]:
        line = np.cumsum(steps, axis=0) * scale + origin
        yield from np.split(line, np.flatnonzero(np.abs(np.diff(line[:, 0])) > 180) + 1)


def _limit_lines(axes: Axes, field: AnyField) -> None:
    """Draw each threshold that is crossed, and name both."""
    for one in _limits(field):
        colour = LINES[one.severity]
        if one.is_crossed:
            axes.contour(
                *_closed(field, one.values), levels=[one.limit], colors=colour, linewidths=2
            )
        axes.plot([], [], color=colour, linewidth=2, label=one.label)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower left", fontsize="small")


def _limits(field: AnyField) -> Iterator[Limit]:
    try:
        row = THRESHOLDS.of(field.quantity)
    except UnknownQuantityError:
        return
    for severity in Severity:
        limit = row.at(severity)
        if isinstance(field, ProbabilityField):
            words = f"{severity} ({limit:g} or more) as probable as not"
            yield Limit(severity, field.exceedance(limit), EVEN, words)
        else:
            yield Limit(severity, layer(field), limit, f"{severity}: {limit:g} {_unit(field)}")


def _unit(field: AnyField) -> str:
    words = described(field)
    product = PRODUCTS.get(words.product)
    unit = product.unit if product else words.units
    return "" if unit == "1" else unit


def _quantity(field: AnyField) -> str:
    """Return what the colours are, with the unit."""
    unit = _unit(field)
    return f"{_title(field)}, {unit}" if unit else _title(field)


def _title(field: AnyField) -> str:
    words = described(field)
    if isinstance(field, ProbabilityField) and words.product in PRODUCTS:
        return PRODUCTS[words.product].title
    return words.title.removesuffix(", in dB")


def _caption(field: AnyField) -> str:
    title = _title(field)
    drawn = "" if isinstance(field, ProbabilityField) else ", median"
    levels = () if isinstance(field, ProbabilityField) else field.level_fl
    level = f" at FL{levels[0]}" if levels else ""
    return (
        f"{title[0].upper()}{title[1:]}{level}{drawn}\n"
        f"valid {field.valid:%Y-%m-%d %H:%MZ}, issued {field.issued:%Y-%m-%d %H:%MZ}"
    )
