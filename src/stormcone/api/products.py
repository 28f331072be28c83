"""A released advisory in the forms that others take it in."""

from stormcone.api.problem import ProblemError
from stormcone.bulletin import geojson, iwxxm_2025_2, tac_amd82
from stormcone.bulletin.bulletin import Bulletin
from stormcone.watch.release import Release

FORMS = {
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
    return FORMS[form](release.advisory)
