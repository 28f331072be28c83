"""The text form of ICAO Amendment 82: severities stand in the conditions."""

from collections.abc import Iterator

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook
from stormcone.bulletin.bulletin import Bulletin, Read, Stub
from stormcone.bulletin.tac_read import after, effect, numbers, opening, rest, texts
from stormcone.bulletin.tac_region import conditions
from stormcone.bulletin.tac_write import (
    MEDIA_TYPE,
    STATUS_WORDS,
    as_meant,
    check,
    closing_lines,
    date_text,
    identity,
    laid_out,
    levels_words,
    outlook_label,
    outlook_text,
    refused,
    region_words,
)
from stormcone.bulletin.tokens import Cursor, Rules
from stormcone.effect.effect import Severity
from stormcone.reference.areas import Region

CODEC = "tac-amd82"
MOST_REPLACED = 4


def read(data: bytes, *, strict: bool = True, keep_form: bool = False) -> Read:
    """Return the advisories in `data`: one or more texts, each after its heading or alone.

    `strict` refuses every deviation from the form; otherwise what has one meaning only is read
    with a finding. `keep_form` keeps doubled vertices of polygons, which are dropped otherwise.
    A month is taken from the nearest one to DTG. Slips of content are the lint's.

    Raises
    ------
    BulletinError
        At the first deviation that is refused, with its line and column.
    """
    return texts(Cursor(data, Rules(strict=strict, keep_form=keep_form)), _advisory)


def _advisory(cursor: Cursor) -> Advisory | Stub:
    opened = opening(cursor)
    if isinstance(opened, Stub):
        return opened
    kind = after(cursor, "SWX EFFECT:", effect)
    return rest(cursor, opened, (kind,), numbers(cursor, MOST_REPLACED), conditions)


def write(
    advisory: Advisory, *, padded: bool = True, keep_form: bool = False, heading: str = ""
) -> Bulletin:
    """Return a released advisory as text, without its heading line, which `heading` carries.

    `padded` starts values in column 19. Groups are written SEV first, unless `keep_form` keeps
    the order in which they were read.

    Raises
    ------
    BulletinError
        If the advisory has no number or time of issue, or says what the form cannot carry.
    """
    number, issued = identity(advisory)
    lines = _lines(advisory, str(number), date_text(issued), keep_form=keep_form)
    return Bulletin(
        heading=heading,
        data=(laid_out(lines, padded=padded) + "=\n").encode("ascii"),
        media_type=MEDIA_TYPE,
        codec=CODEC,
    )


def preview(advisory: Advisory, next_free: Number) -> Bulletin:
    """Return a draft as it would look, marked as one; no reader takes it for a bulletin.

    `next_free` is shown as the number that a release at once would get.
    """
    number = f"{next_free.year}/NNNN"
    lines = _lines(advisory, number, "YYYYMMDD/HHMMZ", keep_form=False)
    mark = f"DRAFT - NOT A BULLETIN - NEXT FREE NUMBER {next_free}\n"
    text = mark + laid_out(lines, padded=True) + "\n"
    return Bulletin(
        heading="", data=text.encode("ascii"), media_type=MEDIA_TYPE, codec=f"{CODEC}-draft"
    )


def _lines(
    advisory: Advisory, number: str, issued: str, *, keep_form: bool
) -> Iterator[tuple[str, str]]:
    """Yield labels and values in the order of the form; blanks inside an atom are tied."""
    check(advisory)
    if len(advisory.effects) != 1:
        effects = " AND ".join(advisory.effects)
        raise refused("tac.effect", f"{effects} in one; write an advisory for each effect")
    if advisory.status in STATUS_WORDS:
        yield "STATUS:", STATUS_WORDS[advisory.status]
    yield "DTG:", issued
    yield "SWXC:", advisory.centre
    yield "SWX EFFECT:", advisory.effects[0]
    yield "ADVISORY NR:", number
    if advisory.replaces:
        yield "NR RPLC:", " ".join(str(replaced) for replaced in advisory.replaces)
    for index, outlook in enumerate(advisory.outlooks):
        groups = _groups(outlook, keep_form=keep_form)
        yield outlook_label(index, outlook), outlook_text(outlook, groups)
    yield from closing_lines(advisory)


def _groups(outlook: Outlook, *, keep_form: bool) -> list[str]:
    if keep_form:
        return [_group(group, group.region) for group in outlook.groups]
    ordered = sorted(outlook.groups, key=lambda one: one.severity is not Severity.SEVERE)
    return [_group(group, as_meant(group.region)) for group in ordered]


def _group(group: Group, region: Region) -> str:
    return f"{group.severity} {region_words(region)}{levels_words(group.levels)}"
