"""Advisories as hypothesis makes them: whatever Amendment 82 can say, and often says."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook, State, Status
from stormcone.advisory.times import forecast_times
from stormcone.effect.effect import Kind, Severity
from stormcone.reference.areas import Band, Levels, Longitudes, Region, Side

ISSUED = (Kind.HF_COM, Kind.GNSS, Kind.RADIATION, Kind.SATCOM)
WORDS = ("SWX EVENT INPR.", "EVENT UPDATE.", "END OF GNSS (SCINTILLATION) EVENT.", "POSS +/- 3")

remarks = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join) | (
    st.from_regex(r"\A[A-Z0-9?:().,'/+-]{1,9}( [A-Z0-9.]{1,9}){0,9}\Z").filter(
        lambda text: text != "NIL" and "NXT" not in text
    )
)
minutes = st.datetimes(datetime(2019, 11, 7), datetime(2040, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
bands = st.lists(st.sampled_from(Band), min_size=1, max_size=6, unique=True).map(tuple)
longitudes = st.builds(Longitudes, west=st.integers(-180, 180), east=st.integers(-180, 180))
wide_longitudes = longitudes.filter(lambda one: one.west != one.east)


@st.composite
def boxes(draw):
    """A rectangle in whole degrees, which may cross 180, as a closed polygon."""
    south = draw(st.integers(-90, 88))
    north = draw(st.integers(south + 1, 90))
    west = draw(st.integers(-180, 179))
    east = (west + draw(st.integers(1, 170)) + 180) % 360 - 180
    ring = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return Region(polygon=tuple((float(lat), float(lon)) for lat, lon in ring))


def caps():
    """The whole of the Earth beyond a parallel, as PECASUS writes it."""

    def ring(edge, pole):
        return ((edge, 180.0), (pole, 180.0), (pole, -180.0), (edge, -180.0), (edge, 180.0))

    def cap(edge):
        return Region(polygon=ring(float(edge), 90.0 if edge > 0 else -90.0))

    return st.one_of(st.integers(30, 85), st.integers(-85, -30)).map(cap)


def in_words():
    """Bands with or without a side and longitudes, or a side alone."""
    sides = st.none() | st.sampled_from(Side)
    return st.one_of(
        st.builds(Region, bands=bands, longitudes=st.none() | wide_longitudes),
        st.builds(Region, bands=bands, side=sides, longitudes=st.none()),
        st.builds(Region, side=st.sampled_from(Side)),
    )


regions = st.one_of(in_words(), boxes(), caps())


@st.composite
def levels(draw):
    """Flight levels in whole thousands of feet."""
    lower = draw(st.integers(25, 59)) * 10
    upper = draw(st.none() | st.integers(lower // 10 + 1, 60).map(lambda fl: fl * 10))
    return Levels(lower_fl=lower, upper_fl=upper)


@st.composite
def outlooks(draw, effect, at, *, first):
    """One outlook; only the first can be an observation."""
    state = draw(st.sampled_from(State))
    level = levels() if effect is Kind.RADIATION else st.none()
    group = st.builds(Group, severity=st.sampled_from(Severity), region=regions, levels=level)
    groups = draw(st.lists(group, min_size=1, max_size=3)) if state is State.GROUPS else []
    observed = first and draw(st.booleans())
    return Outlook(observed=observed, at=at, state=state, groups=tuple(groups))


@st.composite
def advisories(draw):
    """A released advisory of one effect, with times by the rule and content at will."""
    issued = draw(minutes)
    effect = draw(st.sampled_from(ISSUED))
    t0 = issued - timedelta(minutes=draw(st.integers(0, 60)))
    counts = st.integers(1, 9999)
    number = st.builds(Number, st.just(issued.year), st.just(effect), counts)
    return Advisory(
        number=draw(number),
        centre=draw(st.sampled_from(("CRC", "PECASUS", "ACFJ", "SWPC", "DONLON"))),
        issued=issued,
        effects=(effect,),
        replaces=tuple(draw(st.lists(number, max_size=4, unique=True))),
        outlooks=(
            draw(outlooks(effect, t0, first=True)),
            *(draw(outlooks(effect, at, first=False)) for at in forecast_times(t0)),
        ),
        remark=draw(st.none() | remarks),
        next_by=draw(st.none() | st.just(issued + timedelta(hours=6))),
        status=draw(st.sampled_from(Status)),
    )
