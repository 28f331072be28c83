"""The alarm for a live thread whose next advisory is due and not released (pure)."""

from datetime import datetime, timedelta

from stormcone.advisory.threads import Thread
from stormcone.watch.body import AlarmSeverity
from stormcone.watch.command import Command
from stormcone.watch.housekeeping import ClearAlarm, RaiseAlarm
from stormcone.watch.state import Alarm, State

CAUSE = "advisory.overdue"
AHEAD = timedelta(minutes=15)


def due_alarms(state: State, now: datetime) -> tuple[Command, ...]:
    """Return the alarms to raise and to clear now; none of them twice.

    One is raised 15 min before the promised time, and once more, as critical, at that time.
    """
    due = {f"{CAUSE}:{thread.key}": thread for thread in state.live() if _is_due(thread, now)}
    alarms = (_alarm(name, thread, now) for name, thread in due.items())
    ringing = {a.id: a for a in state.alarms.values() if a.cause == CAUSE and not a.cleared}
    raised = (a for a in alarms if not _as_loud(ringing.get(a.alarm), a))
    return (*raised, *(ClearAlarm(alarm=name) for name in ringing if name not in due))


def _is_due(thread: Thread, now: datetime) -> bool:
    return thread.next_by is not None and now >= thread.next_by - AHEAD


def _alarm(name: str, thread: Thread, now: datetime) -> RaiseAlarm:
    past = thread.next_by is not None and now >= thread.next_by
    return RaiseAlarm(
        alarm=name,
        cause=CAUSE,
        severity=AlarmSeverity.CRITICAL if past else AlarmSeverity.HIGH,
        note=f"{thread.last.centre} promised what follows {thread.keys[-1]} by "
        f"{thread.next_by:%d/%H:%MZ}; release it, or the end of the thread",
    )


def _as_loud(ringing: Alarm | None, alarm: RaiseAlarm) -> bool:
    return ringing is not None and ringing.severity == alarm.severity
