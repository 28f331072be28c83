"""What anybody may read: the situation, series, fields, advisories, marks, feeds, the log."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from stormcone.api import advisories, fields
from stormcone.api.answers import IMMUTABLE, answer, documented, number_of, tagged, time_of
from stormcone.api.data import FieldAbout, Marks, Point, Products, SeriesShape
from stormcone.api.marks import marks
from stormcone.api.notices import log_lines
from stormcone.api.problem import ProblemError
from stormcone.api.products import bulletin_of
from stormcone.api.series import series_shape
from stormcone.api.shapes import (
    AdvisoryFull,
    AdvisoryShort,
    DraftShape,
    FeedShape,
    Log,
    ScenarioShape,
    Situation,
    ThreadShape,
)
from stormcone.api.situation import draft_shapes, situation
from stormcone.api.view import View
from stormcone.forecast.field import Field
from stormcone.forecast.probability_field import ProbabilityField
from stormcone.observation.feed import QUANTITIES
from stormcone.reference.sun import zenith_angle_deg
from stormcone.watch.release import Release

reads = APIRouter(prefix="/api/v1")
DAY = timedelta(days=1)
MOST_POINTS, MOST_RECORDS = 20_000, 1_000


def view_of(request: Request) -> View:
    """Return the centre that this application shows."""
    view: View = request.app.state.view
    return view


def at_of(request: Request) -> datetime:
    """Return the time that a read is for: `t`, never later than now."""
    now = view_of(request).now()
    return min(time_of(request.query_params.get("t"), now), now)


def span_of(request: Request, at: datetime) -> tuple[datetime, datetime]:
    """Return the query's `from` and `to`; by default the day before `at`."""
    asked = request.query_params
    end = time_of(asked.get("to"), at, "to")
    start = time_of(asked.get("from"), end - DAY, "from")
    if start > end:
        raise ProblemError(
            "bad-time", f"from {start} is after to {end}", value=asked.get("from")
        )
    return start, end


@reads.get("/situation", summary="Everything the Situation page shows", **documented(Situation))
def get_situation(request: Request) -> Response:
    """Return scales, effects, threads, drafts, log and feeds as of `t`."""
    officer = request.state.officer
    shown = situation(view_of(request), at_of(request), officer)
    return answer(request, shown, "no-store" if officer else "no-cache")


@reads.get("/series/{quantity}", summary="A quantity over time", **documented(SeriesShape))
def get_series(request: Request, quantity: str) -> Response:
    """Return `quantity` from `from` to `to` as known at `t`, thinned to `max_points`."""
    if quantity not in QUANTITIES:
        allowed = ", ".join(QUANTITIES)
        raise ProblemError(
            "not-found", f"no quantity {quantity!r}", value=quantity, allowed=allowed
        )
    at = at_of(request)
    start, end = span_of(request, at)
    asked = request.query_params.get("max_points")
    points = int(number_of(asked, 2_000, 2, MOST_POINTS, "max_points"))
    found = view_of(request).series(quantity, start, end, known=at)
    return answer(request, series_shape(quantity, found, at, points))


@reads.get("/marks", summary="Bars and ticks of the time axis", **documented(Marks))
def get_marks(request: Request) -> Response:
    """Return our advisories, the really issued ones of a replayed day, and flares."""
    at = at_of(request)
    start, end = span_of(request, at)
    return answer(request, marks(view_of(request), start, end, at))


@reads.get("/threads", summary="Threads, live ones first", **documented(list[ThreadShape]))
def get_threads(request: Request) -> Response:
    """Return all threads as of `t`."""
    state = view_of(request).state_at(at_of(request))
    return answer(request, advisories.thread_shapes(state, list(state.threads.values())))


@reads.get("/advisories", summary="Advisories, newest first", **documented(list[AdvisoryShort]))
def get_advisories(request: Request) -> Response:
    """Return released advisories; `effect` filters, `limit` and `after` (a key) page."""
    asked = request.query_params
    state = view_of(request).state_at(at_of(request))
    limit = int(number_of(asked.get("limit"), 100, 1, MOST_RECORDS, "limit"))
    found = sorted(state.releases.values(), key=lambda r: -r.seq)
    shown = [advisories.short(r) for r in found]
    if effect := asked.get("effect"):
        shown = [a for a in shown if a.effect == effect]
    if after := asked.get("after"):
        shown = shown[1 + next((i for i, a in enumerate(shown) if a.key == after), -1) :]
    response = answer(request, shown[:limit])
    if len(shown) > limit:
        response.headers["Link"] = f'<?after={shown[limit - 1].key}&limit={limit}>; rel="next"'
    return response


def release_of(request: Request, slug: str) -> Release:
    """Return the release with this address.

    Raises
    ------
    ProblemError
        If there is none; a number without its effect is not enough.
    """
    releases = view_of(request).state_at(at_of(request)).releases
    for release in releases.values():
        number = release.advisory.number
        if number is not None and number.slug == slug:
            return release
    raise ProblemError(
        "not-found",
        f"no advisory {slug!r}: year, effect and number together are the key",
        value=slug,
        allowed="an address like hf_com-2026-1",
    )


@reads.get("/advisories/{slug}", summary="One advisory", **documented(AdvisoryFull))
def get_advisory(request: Request, slug: str) -> Response:
    """Return an advisory; with .tac, .xml or .geojson its bytes as released."""
    name, _, form = slug.partition(".")
    release = release_of(request, name)
    if not form:
        return answer(request, advisories.full(release))
    bulletin = bulletin_of(release, form, view_of(request).unit)
    return tagged(request, bulletin.data, bulletin.media_type, IMMUTABLE)


@reads.get("/drafts", summary="The drafts on the desk", **documented(list[DraftShape]))
def get_drafts(request: Request) -> Response:
    """Return open drafts and whether the asking officer may sign them."""
    view = view_of(request)
    state = view.state_at(at_of(request))
    return answer(request, draft_shapes(view, state, request.state.officer), "no-store")


@reads.get("/fields", summary="The fields of this centre", **documented(Products))
def get_products(request: Request) -> Response:
    """Return the products with their units, ranges and contours."""
    return answer(request, Products(list(fields.PRODUCTS.values())))


def field_of(request: Request, product: str, valid: str) -> Field | ProbabilityField:
    """Return the field of an address.

    Raises
    ------
    ProblemError
        If nothing was known then, or the time lies outside what the centre holds.
    """
    view = view_of(request)
    at = fields.on_the_grid(time_of(valid, view.now(), "valid"))
    if not view.begins() <= at <= view.now():
        raise ProblemError(
            "not-found",
            f"no field for {at:%Y-%m-%dT%H:%MZ}",
            value=valid,
            allowed=f"{view.begins():%Y-%m-%dT%H:%MZ} to {view.now():%Y-%m-%dT%H:%MZ}",
        )
    asked = request.query_params.get("ahead")
    hours = number_of(asked, 0, 0, fields.LARGEST_LEAD_H, "ahead")
    found = view.field(fields.product_of(product).id, at, hours)
    if found is None:
        raise ProblemError(
            "not-found", f"nothing was known of {product} at {valid}", value=valid
        )
    return found


@reads.get("/fields/{product}/{valid}.png", summary="A field as an 8-bit grey PNG")
def get_field_picture(request: Request, product: str, valid: str) -> Response:
    """Return the median; the header X-Grid says what the codes mean."""
    field, about = field_of(request, product, valid), fields.product_of(product)
    header = {"X-Grid": fields.grid_header(field.grid, about)}
    return tagged(request, fields.picture(field, about), "image/png", "no-cache", header)


@reads.get("/fields/{product}/{valid}.json", summary="About a field", **documented(FieldAbout))
def get_field_about(request: Request, product: str, valid: str) -> Response:
    """Return times, sources and words of a field."""
    field = field_of(request, product, valid)
    return answer(request, fields.about(field, fields.product_of(product)))


@reads.get("/fields/{product}/{valid}/point", summary="A field at a place", **documented(Point))
def get_field_point(request: Request, product: str, valid: str) -> Response:
    """Return median, 5 % and 95 % at `lat` and `lon`."""
    asked = request.query_params
    lat = number_of(asked.get("lat"), 0, -90, 90, "lat")
    lon = number_of(asked.get("lon"), 0, -180, 180, "lon")
    field = field_of(request, product, valid)
    zenith = float(zenith_angle_deg(field.valid, lat, lon))
    sky = (zenith, view_of(request).geomagnetic_lat_deg(lat, lon))
    return answer(request, fields.at_point(field, fields.product_of(product), (lat, lon), sky))


@reads.get("/feeds", summary="The health of every feed", **documented(list[FeedShape]))
def get_feeds(request: Request) -> Response:
    """Return state, age, source and last error of each feed as of `t`."""
    return answer(request, view_of(request).feeds(at_of(request)))


@reads.get("/scenarios", summary="Recorded days", **documented(list[ScenarioShape]))
def get_scenarios(request: Request) -> Response:
    """Return the packaged scenarios, what they hold and what they lack."""
    return answer(request, view_of(request).scenarios())


@reads.get("/log", summary="The journal in words", **documented(Log))
def get_log(request: Request) -> Response:
    """Return up to 1,000 records after `after`, oldest first."""
    at = at_of(request)
    after = int(number_of(request.query_params.get("after"), 0, 0, 2**53, "after"))
    view = view_of(request)
    lines = log_lines(view.state_at(at), view.events(after, at), newest=10**9)
    return answer(request, Log(lines[::-1][:MOST_RECORDS]))
