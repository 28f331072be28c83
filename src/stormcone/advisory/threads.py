"""Threads of advisories that continue each other, and the counters of their numbers.

Everything is keyed by year, effect and count: two effects use the same numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stormcone.advisory.advisory import Advisory, Number, State
from stormcone.advisory.causes import cause_of, family
from stormcone.advisory.finding import Finding, error, warning
from stormcone.effect.effect import Kind

Counters = Mapping[str, int]


class Thread(Struct, frozen=True, kw_only=True):
    """Advisories that continue each other; its key is the key of the first one.

    `keys` are the keys of all its advisories, oldest first; a first one that is known only
    because another replaces it counts. `merged_into` names the thread that took this one in.
    """

    key: str
    effect: Kind
    cause: str
    opened: datetime
    last: Advisory
    next_by: datetime | None
    keys: tuple[str, ...]
    ended: datetime | None = None
    merged_into: str | None = None


class Ledger(Struct, frozen=True, kw_only=True):
    """The last number of each year and effect (``2026/HF COM``), and threads by their key."""

    counters: Counters = {}
    threads: Mapping[str, Thread] = {}

    def live(self, effect: Kind | None = None) -> tuple[Thread, ...]:
        """Return the live threads, of one effect or of all, in the order they opened."""
        found = [
            t for t in self.threads.values() if t.ended is None and effect in (None, t.effect)
        ]
        return tuple(sorted(found, key=lambda thread: (thread.opened, thread.key)))

    def holding(self, number: Number) -> Thread | None:
        """Return the thread that an advisory belongs to, if it is known."""
        key = number.key
        return next((t for t in self.threads.values() if key in t.keys), None)


class Folded(Ledger, frozen=True, kw_only=True):
    """A ledger, and what was wrong on the way there, each beside the key of its advisory."""

    findings: tuple[tuple[str, Finding], ...] = ()


def counter_key(year: int, effect: Kind) -> str:
    """Return the name of a counter.

    Examples
    --------
    >>> counter_key(2026, Kind.HF_COM)
    '2026/HF COM'
    """
    return f"{year}/{effect}"


def raised(counters: Counters, number: Number) -> Counters:
    """Return the counters after a number was given or seen; they never fall."""
    key = counter_key(number.year, number.effect)
    return {**counters, key: max(number.count, counters.get(key, 0))}


def ends(advisory: Advisory) -> bool:
    """Say whether an advisory ends its thread: nothing expected, and none to follow."""
    return advisory.next_by is None and advisory.outlooks[0].state is State.NO_SWX_EXP


def fold(advisories: Iterable[Advisory]) -> Folded:
    """Return the ledger that issued advisories come to, whatever order they are given in.

    The same advisory given twice counts once.

    Raises
    ------
    ValueError
        If one of them has no number or time of issue.
    """
    ledger, found = Ledger(), list[tuple[str, Finding]]()
    for _, advisory in sorted({_place(a): a for a in advisories}.items()):
        number, _ = _numbered(advisory)
        found += ((number.key, slip) for slip in slips(advisory, ledger))
        ledger = join(ledger, advisory)
    return Folded(counters=ledger.counters, threads=ledger.threads, findings=tuple(found))


def _place(advisory: Advisory) -> tuple[datetime, Number, bytes]:
    number, issued = _numbered(advisory)
    return issued, number, msgspec.json.encode(advisory)


def _numbered(advisory: Advisory) -> tuple[Number, datetime]:
    number, issued = advisory.number, advisory.issued
    if number is None or issued is None:
        raise ValueError(
            f"an advisory of {advisory.centre} has number {number} and issue {issued}; only an "
            f"issued one belongs to a thread"
        )
    return number, issued


def join(ledger: Ledger, advisory: Advisory) -> Ledger:
    """Return the ledger after an issued advisory: it joins the threads that it replaces.

    One that replaces nothing opens a thread, one that replaces several makes them one. One
    that comes late, or again, changes no thread that went on without it.
    """
    number, issued = _numbered(advisory)
    replaced = {n.key for n in advisory.replaces}
    joined = [t for t in ledger.live(number.effect) if replaced.intersection(t.keys)]
    holder = ledger.holding(number)
    home = holder.key if holder else _home(ledger, advisory, number, joined)
    threads = dict(ledger.threads)
    for thread in joined:
        if thread.key != home:
            threads[thread.key] = replace(thread, ended=issued, merged_into=home)
    if holder is None:
        threads[home] = _lengthened(threads.get(home), home, advisory)
    return Ledger(counters=raised(ledger.counters, number), threads=threads)


def _home(ledger: Ledger, advisory: Advisory, number: Number, joined: list[Thread]) -> str:
    """Return the thread to join: a live one, or one that opens with the first number known."""
    keys = [thread.key for thread in joined]
    if advisory.thread in keys:
        return advisory.thread
    unheard = (n for n in advisory.replaces if n != number and _unheard(ledger, n, number))
    return keys[0] if keys else min(unheard, default=number).key


def _unheard(ledger: Ledger, replaced: Number, number: Number) -> bool:
    return replaced.effect is number.effect and ledger.holding(replaced) is None


def _lengthened(before: Thread | None, home: str, advisory: Advisory) -> Thread:
    number, issued = _numbered(advisory)
    opening = () if number.key == home else (home,)
    return Thread(
        key=home,
        effect=number.effect,
        cause=cause_of(advisory) or (before.cause if before else ""),
        opened=before.opened if before else issued,
        last=replace(advisory, thread=None if number.key == home else home),
        next_by=advisory.next_by,
        keys=(*(before.keys if before else opening), number.key),
        ended=issued if ends(advisory) else None,
    )


def predecessors(advisory: Advisory, ledger: Ledger) -> tuple[Advisory, ...]:
    """Return what `advisory` replaces, where that is the last of a live thread."""
    replaced = {number.key for number in advisory.replaces}
    return tuple(thread.last for thread in ledger.live() if thread.keys[-1] in replaced)


def slips(advisory: Advisory, ledger: Ledger) -> Iterator[Finding]:
    """Yield what is wrong with an advisory's number and thread after those of the ledger.

    A draft has no number yet, and only its thread is looked at.
    """
    yield from _number_slips(advisory, ledger)
    yield from replaced_slips(advisory, ledger)
    yield from _missing(advisory, ledger)


def _number_slips(advisory: Advisory, ledger: Ledger) -> Iterator[Finding]:
    number = advisory.number
    if number is None:
        return
    last = ledger.counters.get(counter_key(number.year, number.effect))
    begun = counter_key(number.year - 1, number.effect) in ledger.counters
    if last is not None and number.count <= last:
        why = "already used" if ledger.holding(number) else "the counter is past it"
        message = f"{why}; the next free one is {last + 1}"
        yield error("number.taken", "number", number.key, message)
    elif (last is not None or begun) and number.count > (last or 0) + 1:
        message = f"{(last or 0) + 1} was skipped; one counter runs through all centres"
        yield error("number.gap", "number", number.key, message)


def replaced_slips(advisory: Advisory, ledger: Ledger) -> Iterator[Finding]:
    """Yield what is wrong with the numbers that an advisory replaces.

    A number that nobody here has heard of may be another centre's: that is a warning.
    """
    for number in advisory.replaces:
        if number.effect not in advisory.effects:
            message = f"of another effect than {' AND '.join(advisory.effects)}; leave it out"
            yield error("thread.replaces", "replaces", number.key, message)
        elif (holder := ledger.holding(number)) is None:
            yield _unknown(number, advisory.number, ledger.counters)
        elif why := _unfit(number, holder, cause_of(advisory)):
            yield error("thread.replaces", "replaces", number.key, why)


def _unknown(number: Number, own: Number | None, counters: Counters) -> Finding:
    last = counters.get(counter_key(number.year, number.effect), number.count)
    if number.count > last or (own is not None and number >= own):
        return error("thread.replaces", "replaces", number.key, "never issued; look it up")
    message = "not known here; read its text before it is replaced"
    return warning("thread.replaces", "replaces", number.key, message)


def _unfit(number: Number, holder: Thread, cause: str) -> str:
    """Say why a number that a thread holds cannot be replaced for `cause`; empty if it can."""
    if holder.merged_into:
        return f"thread {holder.key} went into {holder.merged_into}; replace the last of that"
    if holder.keys[-1] != number.key:
        state = " and has ended" if holder.ended else ""
        return f"no longer the last: thread {holder.key} stands at {holder.keys[-1]}{state}"
    if holder.ended:
        return f"thread {holder.key} ended at {holder.ended:%d/%H%MZ}; open a new one"
    if cause and holder.cause and family(cause) != family(holder.cause):
        return f"thread {holder.key} is of {holder.cause}, not of {cause}"
    return ""


def _missing(advisory: Advisory, ledger: Ledger) -> Iterator[Finding]:
    cause = cause_of(advisory)
    if advisory.replaces or advisory.thread or not cause:
        return
    for thread in ledger.live(advisory.effects[0]):
        if family(thread.cause) == family(cause):
            message = f"{thread.key} of {thread.cause} is live; replace {thread.keys[-1]}"
            yield error("thread.missing", "replaces", "none", message)
