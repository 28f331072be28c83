"""A released advisory in the forms that others take it in."""

from collections.abc import Callable, Mapping

from stormcone.advisory.advisory import Advisory
from stormcone.api.problem import ProblemError
from stormcone.bulletin import geojson, iwxxm_2025_2, tac_amd82
from stormcone.bulletin.bulletin import Bulletin
from stormcone.watch.release import Release, digest

FORMS: Mapping[str, Callable[[Advisory], Bulletin]] = {
    "tac": tac_amd82.write,
    "xml": iwxxm_2025_2.write,
    "geojson": geojson.write,
}


def bulletin_of(release: Release, form: str, unit: str) -> Bulletin:
    """Return the bytes of a release in one of FORMS, as issued by `unit` (CCCC).

    Raises
    ------
    ProblemError
        If there is no such form.
    """
    if form not in FORMS:
        raise ProblemError(
            "not-found", f"no form {form!r}", value=form, allowed=", ".join(FORMS)
        )
    bulletin = FORMS[form](release.advisory)
    _check_digest(release, bulletin)
    return bulletin


def _check_digest(release: Release, bulletin: Bulletin) -> None:
    """Serve no bytes but those that were released; GeoJSON is made for readers alone."""
    written = digest(bulletin)
    for released in release.bulletins:
        if released.codec == written.codec and released != written:
            raise ProblemError(
                "internal",
                f"this version writes {written.codec} otherwise than it was released; "
                f"read it with the version that released it",
                value=written.sha256[:16],
            )
