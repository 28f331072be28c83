"""Advisories, threads and drafts as the interface shows them (pure)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from msgspec.structs import asdict

from stormcone.advisory.advisory import Advisory, Group, Number, Outlook
from stormcone.advisory.threads import Thread, predecessors
from stormcone.api.shapes import (
    AdvisoryFull,
    AdvisoryShort,
    DraftShape,
    Drawn,
    DrawnGroup,
    FindingShape,
    Proof,
    Ring,
    SignatureShape,
    Signer,
    ThreadShape,
)
from stormcone.bulletin import geojson, tac_amd82
from stormcone.bulletin.bulletin import Finding
from stormcone.effect.effect import Evidence
from stormcone.reference.areas import Area, area_of, region_text
from stormcone.watch.numbering import next_number
from stormcone.watch.release import Officer, Release
from stormcone.watch.state import Draft, State


def short(release: Release) -> AdvisoryShort:
    """Return an advisory in one line."""
    advisory = release.advisory
    number, issued = _numbered(advisory)
    first = advisory.outlooks[0]
    return AdvisoryShort(
        key=number.key,
        slug=number.slug,
        effect=str(number.effect),
        cause=advisory.cause,
        thread=advisory.thread or number.key,
        issued=issued,
        observed=first.at,
        severity=advisory.severity,
        state=str(first.state),
        action=str(release.action),
    )


def _numbered(advisory: Advisory) -> tuple[Number, datetime]:
    if advisory.number is None or advisory.issued is None:
        raise ValueError(
            "a released advisory has a number and a time of issue; this one has not"
        )
    return advisory.number, advisory.issued


def full(release: Release) -> AdvisoryFull:
    """Return a released advisory with its text, signatures, evidence and drawn areas."""
    advisory = release.advisory
    number, issued = _numbered(advisory)
    return AdvisoryFull(
        **asdict(short(release)),
        replaces=[replaced.key for replaced in advisory.replaces],
        next_by=advisory.next_by,
        remark=advisory.remark,
        status=str(advisory.status),
        centre=advisory.centre,
        tac=tac_amd82.write(advisory).data.decode(),
        iwxxm=f"/api/v1/advisories/{number.slug}.xml",
        drafted_by=signer(release.drafted_by),
        approved_by=signer(release.approved_by),
        rule=str(release.rule),
        latency_s=(issued - advisory.outlooks[0].at).total_seconds(),
        evidence=proofs(advisory.evidence),
        drawn=drawn(advisory),
    )


def signer(officer: Officer) -> Signer:
    """Return who signed, as a person and an organisation."""
    return Signer(officer.person, officer.organisation)


def proofs(evidence: Iterable[Evidence]) -> list[Proof]:
    """Return the readings behind an advisory."""
    return [
        Proof(
            name=seen.name,
            value=seen.value,
            threshold=seen.threshold,
            source=seen.source,
            at=seen.at,
            provenance=str(seen.provenance),
        )
        for seen in evidence
    ]


def drawn(advisory: Advisory) -> list[Drawn]:
    """Return the five outlooks with their areas as planar rings."""
    return [_drawn(i, outlook) for i, outlook in enumerate(advisory.outlooks)]


def _drawn(index: int, outlook: Outlook) -> Drawn:
    return Drawn(
        outlook=index,
        at=outlook.at,
        observed=outlook.observed,
        state=str(outlook.state),
        groups=[_drawn_group(group, outlook.at) for group in outlook.groups],
    )


@lru_cache(maxsize=512)
def _drawn_group(group: Group, at: datetime) -> DrawnGroup:
    words = area_of(group.region, at)
    exact = group.region.exact
    return DrawnGroup(
        severity=str(group.severity),
        label=region_text(group.region),
        rings=rings(words),
        exact_rings=rings(exact) if exact else [],
        over_forecast=geojson.over_forecast(group.region, at),
    )


def rings(area: Area) -> list[Ring]:
    """Return the rings of an area as lists of (latitude, longitude)."""
    return [list(ring) for ring in area.parts]


def regions_text(advisory: Advisory) -> str:
    """Return where an advisory warns now, in ICAO's words."""
    texts = (region_text(group.region) for group in advisory.outlooks[0].groups)
    return ", ".join(dict.fromkeys(texts))


def thread_shape(state: State, thread: Thread) -> ThreadShape:
    """Return a thread with its advisories, oldest first, and the last one in full."""
    releases = [state.releases[key] for key in thread.keys if key in state.releases]
    last = full(releases[-1])
    return ThreadShape(
        thread=thread.key,
        slug=short(releases[0]).slug,
        effect=str(thread.effect),
        cause=thread.cause,
        live=thread.ended is None,
        opened=thread.opened,
        ended=thread.ended,
        next_by=thread.next_by,
        severity=thread.last.severity,
        regions_text=regions_text(thread.last),
        advisories=[short(release) for release in releases],
        last=last,
    )


def draft_shape(state: State, draft: Draft, barred: str | None) -> DraftShape:
    """Return a draft for the desk; `barred` says why the asking person cannot sign it."""
    advisory = draft.advisory
    year = draft.created.year
    free = next_number(state.counters, year, advisory.effects[0])
    return DraftShape(
        id=draft.id,
        etag=draft.content_sha256[:16],
        effect=str(advisory.effects[0]),
        cause=advisory.cause,
        action=str(draft.action),
        thread=advisory.thread,
        replaces=[replaced.key for replaced in advisory.replaces],
        created=draft.created,
        observed=advisory.outlooks[0].at,
        severity=advisory.severity,
        regions_text=regions_text(advisory),
        tac=tac_amd82.preview(advisory, free).data.decode(),
        previous_tac=_previous_tac(state, advisory),
        next_free=str(free),
        content_sha256=draft.content_sha256,
        findings=[_finding(f) for f in draft.findings],
        signatures=_signatures(state, draft),
        can_sign=barred is None,
        cannot_sign_because=barred,
        state=f"SIGNED {len(draft.signatures)}/2" if draft.signatures else "DRAFT",
        drawn=drawn(advisory),
        evidence=proofs(advisory.evidence),
    )


def _finding(finding: Finding) -> FindingShape:
    return FindingShape(code=finding.code, weight=str(finding.weight), message=finding.message)


def _previous_tac(state: State, advisory: Advisory) -> str | None:
    if not advisory.replaces:
        return None
    ours = state.releases.get(advisory.replaces[-1].key)
    before = (ours.advisory,) if ours else predecessors(advisory, state.ledger)
    return tac_amd82.write(before[-1]).data.decode() if before else None


def _signatures(state: State, draft: Draft) -> list[SignatureShape]:
    return [
        SignatureShape(
            officer=state.officers[signature.officer].person,
            organisation=state.officers[signature.officer].organisation,
            at=signature.at,
        )
        for signature in draft.signatures
    ]


def thread_shapes(state: State, threads: Sequence[Thread]) -> list[ThreadShape]:
    """Return threads for the desk: live ones first, then the latest ended.

    Those that other centres have written alone are left out: there is no release to show.
    """
    ours = [t for t in threads if not state.releases.keys().isdisjoint(t.keys)]
    ordered = sorted(ours, key=lambda t: (t.ended is not None, -t.opened.timestamp()))
    return [thread_shape(state, thread) for thread in ordered]
