"""Which messages of NOAA speak of the same thing: by serial number, then by time (pure)."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct, field

from stormcone.observation.alert_fields import Subject, subject_of
from stormcone.observation.alerts import Alert

SERIALS_LAST = timedelta(days=10)  # beyond it another message may carry the same serial
SENT_AGAIN = timedelta(hours=6)  # the same serial within it is the same message, corrected
SAME_EVENT = timedelta(hours=1)  # by how much bursts and corrected times miss their event
CANDIDATES = 20  # newest groups of a subject that a message may join by its time
_DAY, _NONE = timedelta(days=1), timedelta(0)


class Group(Struct, kw_only=True, eq=False):
    """Messages about one thing, oldest first, and the span of time of which they speak."""

    subject: Subject
    begin: datetime
    end: datetime
    messages: list[Alert] = field(default_factory=list)
    begins: dict[str, datetime | None] = field(default_factory=dict)
    """The begin time that the newest message of each code gives."""

    def take(self, alert: Alert) -> None:
        """Add a message, and its time to the group's."""
        begin, end = span_of(alert)
        self.begin, self.end = min(self.begin, begin), max(self.end, end)
        self.messages.append(alert)
        if alert.mark != "CANCEL":
            self.begins[alert.code] = alert.begin


def grouped(alerts: Iterable[Alert]) -> list[Group]:
    """Return the messages by what they speak of; each joins a group or opens one, as issued.

    A message of a file that was read twice counts once. Groups only grow: what later messages
    say never moves an earlier one to another group.
    """
    book = _Book()
    distinct: dict[tuple[str, datetime], Alert] = {}
    for alert in sorted(alerts, key=_in_order):
        distinct.setdefault((alert.product, alert.issued), alert)
    for alert in distinct.values():
        book.add(alert)
    return book.groups


def referred(alert: Alert, among: Iterable[Alert]) -> Alert | None:
    """Return the message that `alert` extends, continues or cancels, None if it is not there.

    Serials are used again: it is the nearest earlier one of that code within ten days.
    """
    earlier = (
        one
        for one in among
        if (one.code, one.serial) == (alert.code, refers_to(alert))
        and _NONE < alert.issued - one.issued <= SERIALS_LAST
    )
    return max(earlier, key=lambda one: one.issued, default=None)


def refers_to(alert: Alert) -> int | None:
    """Return the serial number that a message extends, continues or cancels."""
    links = (alert.extends, alert.continues, alert.cancels)
    return next((serial for serial in links if serial is not None), None)


def standing(messages: list[Alert]) -> list[Alert]:
    """Return the messages that were neither cancelled nor sent again, in their order."""
    newest: dict[tuple[str, int], int] = {}
    struck: set[int] = set()
    for number, one in enumerate(messages):
        if one.mark == "CANCEL":
            struck |= {number, newest.get((one.code, refers_to(one) or 0), number)}
            continue
        before = newest.get((one.code, one.serial))
        if before is not None and one.issued - messages[before].issued <= SENT_AGAIN:
            struck.add(before)
        newest[one.code, one.serial] = number
    return [one for number, one in enumerate(messages) if number not in struck]


def span_of(alert: Alert) -> tuple[datetime, datetime]:
    """Return the time of which a message speaks; that of its issue where it names none."""
    if alert.synoptic_period:
        return alert.synoptic_period
    if alert.outlook_by_day:
        return alert.issued, alert.outlook_by_day[-1][0] + _DAY
    begins = (alert.valid_from, alert.begin, alert.threshold_reached, alert.observed)
    begin = next((at for at in begins if at is not None), alert.issued)
    return begin, max(begin, alert.end or alert.valid_to or begin)


class _Book:
    """The groups so far, and where a serial number or a time leads."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._sent: dict[tuple[str, int], tuple[datetime, Group]] = {}
        self._newest: dict[Subject, deque[Group]] = defaultdict(
            partial(deque[Group], maxlen=CANDIDATES)
        )

    def add(self, alert: Alert) -> None:
        group = self._by_serial(alert) or self._by_time(alert) or self._open(alert)
        group.take(alert)
        self._sent[alert.code, alert.serial] = alert.issued, group

    def _by_serial(self, alert: Alert) -> Group | None:
        for serial, within in ((refers_to(alert), SERIALS_LAST), (alert.serial, SENT_AGAIN)):
            if serial is not None and (alert.code, serial) in self._sent:
                issued, group = self._sent[alert.code, serial]
                if alert.issued - issued <= within:
                    return group
        return None

    def _by_time(self, alert: Alert) -> Group | None:
        """Return the nearest group that the message may join, the newest of equals."""
        joins = _JOINS.get(_family(alert))
        near = (
            group
            for group in reversed(self._newest[_family(alert)])
            if joins and joins(group, alert) and _gap(group, alert) <= SAME_EVENT
        )
        return min(near, key=lambda group: _gap(group, alert), default=None)

    def _open(self, alert: Alert) -> Group:
        begin, end = span_of(alert)
        group = Group(subject=_family(alert), begin=begin, end=end)
        self.groups.append(group)
        self._newest[group.subject].append(group)
        return group


def _in_order(alert: Alert) -> tuple[datetime, str, str, int, str]:
    return alert.issued, alert.product, alert.code, alert.serial, alert.text


def _family(alert: Alert) -> Subject:
    """Return the subject under which a message looks for its like: a burst is of a flare."""
    subject = subject_of(alert.code)
    return Subject.FLARE if subject is Subject.RADIO else subject


def _gap(group: Group, alert: Alert) -> timedelta:
    begin, end = span_of(alert)
    return max(begin - _until(group), group.begin - end, _NONE)


def _until(group: Group) -> datetime:
    """Return the end of a group, of protons that no summary has ended yet a late one."""
    if group.subject is not Subject.PROTONS or _ended(group):
        return group.end
    return group.messages[-1].issued + SERIALS_LAST


def _ended(group: Group) -> bool:
    """Whether the flux has left the lowest threshold; above 100 MeV only if that was all."""
    only_fast = not any(code.startswith("ALTPX") for code in group.begins)
    return "SUMPX1" in group.begins or (only_fast and "SUMPC0" in group.begins)


def _same_flare(group: Group, alert: Alert) -> bool:
    """Whether neither group nor message gives the other a second flare."""
    summaries = [begin for code, begin in group.begins.items() if code.startswith("SUMX")]
    if alert.code == "ALTXMF":
        return not summaries and "ALTXMF" not in group.begins
    return not alert.code.startswith("SUMX") or all(begin == alert.begin for begin in summaries)


def _same_storm(group: Group, alert: Alert) -> bool:
    """Whether this is not the second time that protons cross their lowest threshold."""
    return alert.code != "ALTPX1" or "ALTPX1" not in group.begins


def _supersedes(group: Group, alert: Alert) -> bool:
    """Whether a watch replaces one that is in effect."""
    in_effect = group.messages[-1].mark != "CANCEL" and alert.issued < group.end
    return alert.supersedes_all and in_effect


_JOINS: dict[Subject, Callable[[Group, Alert], bool]] = {
    Subject.FLARE: _same_flare,
    Subject.PROTONS: _same_storm,
    Subject.IMPULSE: lambda group, alert: alert.code not in group.begins,
    Subject.K_INDEX: lambda group, alert: alert.synoptic_period == (group.begin, group.end),
    Subject.ELECTRONS: lambda _, alert: alert.mark == "CONTINUED",
    Subject.WATCH: _supersedes,
}
"""By subject, whether a message may speak of the same thing as a group, if the times agree;
what is missing goes by serial numbers alone."""
