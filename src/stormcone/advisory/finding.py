"""A finding: one slip in an advisory, whether it blocks, and what to do about it."""

from msgspec import Struct

ERROR, WARNING = "error", "warning"


class Finding(Struct, frozen=True, kw_only=True):
    """One slip: the rule, whether it blocks, the field, its value, and what to do."""

    code: str
    severity: str
    field: str
    value: str
    message: str


def error(code: str, field: str, value: str, message: str) -> Finding:
    """Return a finding that blocks the release."""
    return Finding(code=code, severity=ERROR, field=field, value=value, message=message)


def warning(code: str, field: str, value: str, message: str) -> Finding:
    """Return a finding that wants a second officer's tick."""
    return Finding(code=code, severity=WARNING, field=field, value=value, message=message)
