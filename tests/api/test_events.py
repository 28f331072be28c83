"""The live stream: order, resume, slow readers, and no frame lost or doubled."""

import asyncio

import pytest

from stormcone.api.events import (
    QUEUE,
    RESET,
    STREAMS_PER_ADDRESS,
    CrowdedError,
    Frame,
    Hub,
    Notice,
    frame,
)


def beat() -> bytes:
    return b"event: heartbeat\ndata: {}\n\n"


async def take(stream, count):
    return [await asyncio.wait_for(anext(stream), 2) for _ in range(count)]


def run(main):
    return asyncio.run(main)


def test_a_resumed_stream_gives_the_backlog_then_only_what_is_newer():
    async def main():
        hub = Hub()
        stream = hub.stream(lambda: [Frame(1, b"one"), Frame(2, b"two")], beat, 60)
        first = await take(stream, 1)
        hub.publish(Notice(topic="draft", id="D2", seq=2))
        hub.publish(Notice(topic="draft", id="D3", seq=3))
        hub.publish(Notice(topic="field.haf", id="x"))
        rest = await take(stream, 4)
        await stream.aclose()
        return first, rest, hub.clients

    first, rest, clients = run(main())
    assert first[0].startswith(b"retry: 3000")
    assert rest[:2] == [b"one", b"two"]
    assert rest[2].startswith(b"id: 3\n")
    assert b"id:" not in rest[3].splitlines()[0]
    assert clients == 0


def test_too_far_behind_means_reset():
    async def main():
        stream = Hub().stream(lambda: None, beat, 60)
        return await take(stream, 2)

    assert run(main())[1] == RESET


def test_silence_still_beats():
    async def main():
        stream = Hub().stream(list, beat, 0.01)
        return await take(stream, 3)

    assert run(main())[1:] == [beat(), beat()]


def test_a_slow_reader_is_closed_and_costs_the_others_nothing():
    async def main():
        hub = Hub()
        slow, quick = (hub.stream(list, beat, 60) for _ in range(2))
        await take(slow, 1)
        await take(quick, 1)
        waiting = asyncio.ensure_future(anext(quick))
        slow_wait = asyncio.ensure_future(anext(slow))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for seq in range(1, QUEUE + 3):
            hub.publish(Notice(topic="t", id="x", seq=seq))
            if seq == 1:
                await waiting
                await slow_wait
            else:
                await anext(quick)
        left_over = [sent async for sent in slow]
        return len(left_over), hub.clients

    left_over, clients = run(main())
    assert (left_over, clients) == (0, 1)


def test_a_frame_is_encoded_once_and_carries_the_sequence():
    sent = frame(Notice(topic="release", id="D7", seq=9))
    assert sent == Frame(
        9, b'id: 9\nevent: notice\ndata: {"topic":"release","id":"D7","seq":9}\n\n'
    )


def test_one_address_has_a_bounded_number_of_streams():
    hub = Hub()
    for _ in range(STREAMS_PER_ADDRESS):
        hub.admit("10.0.0.1")
    with pytest.raises(CrowdedError, match="has 8 streams"):
        hub.admit("10.0.0.1")
    hub.admit("10.0.0.2")
    hub.dismiss("10.0.0.1")
    hub.admit("10.0.0.1")
