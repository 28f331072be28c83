"""The live stream: every frame is encoded once and handed to all (operations.md 3.5)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress

import msgspec

QUEUE = 256
"""Frames a slow reader may lag behind; then its stream is closed and it resumes."""
BEHIND = 10_000
"""Journal records that a resuming reader may ask for; beyond them it reloads everything."""


STREAMS_PER_ADDRESS = 8


class CrowdedError(ValueError):
    """One address has all the streams it may have."""


class Notice(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A small word that something changed; never the thing itself."""

    topic: str
    id: str
    seq: int = 0
    valid: str = ""


class Frame(msgspec.Struct, frozen=True):
    """Encoded bytes for the wire, with the journal's seq (0 for snapshot topics)."""

    seq: int
    data: bytes


def frame(notice: Notice) -> Frame:
    """Return `notice` as a frame; only notices of the journal carry an id to resume from."""
    head = b"id: %d\n" % notice.seq if notice.seq else b""
    return Frame(notice.seq, head + _event(b"notice", msgspec.json.encode(notice)))


def heartbeat_frame(body: bytes) -> bytes:
    """Return the frame that carries the centre's clock."""
    return _event(b"heartbeat", body)


def _event(name: bytes, body: bytes) -> bytes:
    return b"event: " + name + b"\ndata: " + body + b"\n\n"


RESET = _event(b"reset", b"{}")
_RETRY = b"retry: 3000\n\n"


class Hub:
    """Hands frames from the centre's thread to every open stream of the event loop."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Frame | None]] = set()
        self._addresses: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None

    def admit(self, address: str) -> None:
        """Count one more stream of an address.

        Raises
        ------
        CrowdedError
            If it has STREAMS_PER_ADDRESS already.
        """
        if self._addresses[address] >= STREAMS_PER_ADDRESS:
            raise CrowdedError(
                f"{address} has {STREAMS_PER_ADDRESS} streams; close one, or share it as the "
                f"console's tabs do"
            )
        self._addresses[address] += 1

    def dismiss(self, address: str) -> None:
        """Count one stream of an address less."""
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]

    @property
    def clients(self) -> int:
        """How many streams are open."""
        return len(self._queues)

    def publish(self, notice: Notice) -> None:
        """Send `notice` to all; may be called from any thread, before any loop runs too."""
        if self._loop is not None and self._queues:
            with suppress(RuntimeError):  # the loop closed under us: nobody is listening
                self._loop.call_soon_threadsafe(self._hand_out, frame(notice))

    def close(self) -> None:
        """End every stream."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._hang_up)

    def _hang_up(self) -> None:
        for queue in self._queues:
            _end(queue)

    def _hand_out(self, sent: Frame) -> None:
        for queue in tuple(self._queues):
            if queue.qsize() >= QUEUE:
                self._queues.discard(queue)
                _end(queue)
            else:
                queue.put_nowait(sent)

    async def stream(
        self,
        backlog: Callable[[], Iterable[Frame] | None],
        heartbeat: Callable[[], bytes],
        every_s: float,
    ) -> AsyncIterator[bytes]:
        """Yield the backlog (None: reset), then every frame as it comes, with heartbeats."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield _RETRY + heartbeat()
            last = 0
            missed = await asyncio.to_thread(backlog)
            if missed is None:
                yield RESET
            for sent in missed or ():
                last = sent.seq
                yield sent.data
            async for data in _live(queue, last, heartbeat, every_s):
                yield data
        finally:
            self._queues.discard(queue)


def _end(queue: asyncio.Queue[Frame | None]) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)


async def _live(
    queue: asyncio.Queue[Frame | None],
    last: int,
    heartbeat: Callable[[], bytes],
    every_s: float,
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    due = loop.time() + every_s
    while True:
        try:
            sent = await asyncio.wait_for(queue.get(), max(due - loop.time(), 0.001))
        except TimeoutError:
            due = loop.time() + every_s
            yield heartbeat()
            continue
        if sent is None:
            return
        if sent.seq == 0 or sent.seq > last:
            yield sent.data
