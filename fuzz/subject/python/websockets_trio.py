"""Drives python-websockets, the trio connections of its newer versions: ``PYTHONPATH=DIR python3 websockets_trio.py``,
with trio in DIR as well.

Trio runs in a thread of its own that stands still, all tasks blocked, while the driver thinks; the two pass a baton. The
clock is a variable, the listener and the stream are ours, and serve() and connect() take them as arguments. An
application waits for a ping in a task, and that is what cancel cancels; the keepalive's own waiters it cannot reach.
The handler is the consumer of the library's docs/howto/patterns.rst.
"""

import random
import socket
import threading
import types

import trio
import trio.testing
from websockets.exceptions import ConnectionClosed
from websockets.protocol import CLOSED
from websockets.trio.client import ClientConnection, connect
from websockets.trio.server import ServerConnection, serve

import pongcheck_kit as kit
import websockets_common as common

# What pytest-trio does for Hypothesis: tasks are shuffled by a generator that can be seeded.
trio._core._run._ALLOW_DETERMINISTIC_SCHEDULING = True
ORDER = trio._core._run._r
FAR = 1e9  # seconds; no deadline


class Clock(trio.abc.Clock):
    """Trio counts seconds in floats, and a deadline of its own is no whole nanosecond: at a deadline it is then exactly."""

    ns = 0
    seconds = 0.0

    def start_clock(self):
        pass

    def current_time(self):
        return self.seconds

    def set(self, ns, seconds):
        self.ns, self.seconds = ns, max(self.seconds, seconds)

    def deadline_to_sleep_time(self, deadline):
        return 0 if deadline <= self.current_time() else 999999999


class Stream(trio.abc.HalfCloseableStream):
    """Does what trio.SocketStream does. Bytes in by the fields; bytes out to sink, None being the end."""

    def __init__(self, sink, cut):
        self.sink, self.cut = sink, cut
        self.inbox = bytearray()
        self.peer_ended = self.broken = self.blocked = self.closed = False
        self.mute = self.ended = False
        self.changed = trio.lowlevel.ParkingLot()

    def change(self, **fields):
        vars(self).update(fields)
        self.changed.unpark_all()
        if self.mute and not self.ended and not self.blocked:
            self.ended = True
            self.sink(None)

    async def until(self, ready):
        await trio.lowlevel.checkpoint()
        while not ready() and not self.closed and not self.broken:
            await self.changed.park()
        if self.closed:
            raise trio.ClosedResourceError("this stream was closed")
        if self.broken:
            raise trio.BrokenResourceError("socket connection broken") from ConnectionResetError(104, "reset")

    async def receive_some(self, max_bytes=None):
        await self.until(lambda: self.inbox or self.peer_ended)
        data = bytes(self.inbox[: self.cut or max_bytes])
        del self.inbox[: len(data)]
        return data

    async def send_all(self, data):
        if self.mute and not self.closed:
            raise trio.ClosedResourceError("can't send data after sending EOF")
        await self.until(lambda: not self.blocked)
        self.sink(data)

    async def wait_send_all_might_not_block(self):
        await self.until(lambda: not self.blocked)

    async def send_eof(self):
        await self.until(lambda: True)
        self.change(mute=True)

    async def aclose(self):
        self.change(closed=True, mute=True)
        await trio.lowlevel.checkpoint()


class Listener(trio.abc.Listener):
    """Accepts one stream."""

    socket = types.SimpleNamespace(family=socket.AF_INET, getsockname=lambda: ("subject", 1))

    def __init__(self, stream):
        self.streams = [stream]

    async def accept(self):
        if not self.streams:
            await trio.sleep_forever()
        return self.streams.pop()

    async def aclose(self):
        await trio.lowlevel.checkpoint()


class Owned(bytes):
    """A Ping in the library's queue. A task that writes takes along what others have queued, and one that is cancelled
    meanwhile takes it to its grave, so whose a Ping is goes with its bytes."""

    owner = None  # the number of its ping; None for the keepalive's
    kept = None  # the number of the keepalive's, once it is on the wire


class KeepaliveSeen:
    """The library's keepalive calls ping() as everybody does, so a subclass sees its events."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        send_ping = self.protocol.send_ping

        def noted(data):
            send_ping(data)
            ping = self.protocol.writes[-1] = Owned(self.protocol.writes[-1])
            ping.owner = Subject.current.owner()
            if ping.owner is None:
                self.kept = ping

        self.protocol.send_ping = noted

    async def ping(self, *args, **kwargs):
        event = await super().ping(*args, **kwargs)
        subject = Subject.current
        if subject.owner() is None:
            subject.nursery.start_soon(subject.wait_kept, self.kept, event)
        return event


class Server(KeepaliveSeen, ServerConnection):
    pass


class Client(KeepaliveSeen, ClientConnection):
    pass


class Subject:
    """One connection."""

    def __init__(self, trace):
        random.seed(trace.seed)
        ORDER.seed(trace.seed)
        Subject.current = self
        self.trace = common.LOG.trace = trace
        self.ws = self.failed = None
        self.latency, self.closed, self.over = common.Latency(), False, False
        self.scopes, self.owners = {}, {}  # of the tasks that ping; their ping numbers
        self.clock = Clock()
        trace.now = lambda: self.clock.ns
        wire = bytearray()
        self.stream = Stream(wire.extend, None)
        self.mine, self.theirs, self.do = threading.Lock(), threading.Lock(), None
        self.mine.acquire()
        self.theirs.acquire()
        threading.Thread(target=self.thread, daemon=True).start()
        self.mine.acquire()
        if trace.server:
            self.receive(common.request(trace))
        else:
            self.receive(common.response(trace, bytes(wire)))
        if self.ws is None or not wire.endswith(b"\r\n\r\n"):
            raise RuntimeError(f"the opening handshake failed: {bytes(wire)} {trace.lines}")
        self.stream.sink, self.stream.cut = self.wire, trace.cut

    # In trio's thread

    def thread(self):
        try:
            trio.run(self.main, clock=self.clock)
        except BaseException as exc:
            self.failed = exc  # of ours
        self.mine.release()

    async def main(self):
        async with trio.open_nursery() as self.nursery:
            self.nursery.start_soon(self.door)
            while True:
                await trio.testing.wait_all_tasks_blocked()
                self.deadline = min(trio._core._run.GLOBAL_RUN_CONTEXT.runner.deadlines.next_deadline(), FAR)
                self.mine.release()
                self.theirs.acquire()
                if self.over:
                    self.nursery.cancel_scope.cancel()
                    return
                if self.do:
                    self.do()

    async def door(self):
        options = common.options(self.trace)
        try:
            if self.trace.server:
                await serve(self.read, listeners=[Listener(self.stream)], create_connection=Server, **options)
            else:
                options |= {"stream": self.stream, "proxy": None, "create_connection": Client}
                async with connect("ws://peer/", **options) as ws:
                    await self.read(ws)
        except Exception as exc:
            while isinstance(exc, BaseExceptionGroup):
                exc = exc.exceptions[0]
            self.trace.crash("task", exc)

    async def read(self, ws):
        self.ws = ws
        try:
            async for message in ws:
                self.trace.message(message)
            common.tell_end(self.trace, ws, clean=True)
        except ConnectionClosed:
            common.tell_end(self.trace, ws, clean=False)
        except Exception as exc:
            self.trace.crash("recv", exc)

    def owner(self):
        return self.owners.get(trio.lowlevel.current_task())

    def wire(self, data):
        if data is None:
            self.trace.say("> eof")
        elif isinstance(data, Owned):
            self.trace.wrote(data, data.owner)
            if data.owner is None:
                data.kept = len(self.trace.kept)
        else:
            self.trace.wrote(data)

    async def call_ping(self, n, payload):
        self.owners[trio.lowlevel.current_task()] = n
        with self.scopes[n]:
            try:
                event = await self.ws.ping(payload)
            except Exception as exc:
                self.trace.say(f"{n} error {common.failure(exc)}")
            else:
                await self.wait(n, event)
        if self.scopes[n].cancelled_caught:
            self.trace.say(f"{n} cancelled")

    async def wait_kept(self, ping, event):
        await event.wait()
        if ping.kept:  # else its frame is on no wire, and it has no number
            await self.wait(f"k{ping.kept}", event)

    async def wait(self, n, event):
        await event.wait()
        # ack_on_close, which the keepalive asks for, sets it at the end as well
        self.trace.say(f"{n} failed closed" if self.ws.protocol.state is CLOSED else f"{n} acked")

    async def called(self, method, *args):
        try:
            await method(*args)
        except Exception as exc:
            self.trace.say(f"error {common.failure(exc)}")

    # In the driver's

    def step(self, do, *args, **kwargs):
        """Does something in trio's thread and waits until all tasks are blocked again."""
        self.do = do and (lambda: do(*args, **kwargs))
        self.theirs.release()
        self.mine.acquire()
        if self.failed:
            raise self.failed

    def start(self, *args):
        self.step(self.nursery.start_soon, *args)

    def ping(self, n, payload):
        self.scopes[n] = trio.CancelScope()
        self.start(self.call_ping, n, payload)

    def cancel(self, n):
        if isinstance(n, str):
            self.trace.say("unsupported")
        else:
            self.step(self.scopes[n].cancel)

    def close(self, code):
        self.start(self.called, self.ws.aclose, code)

    def send(self, kind, payload):
        try:
            message = payload.decode() if kind == "text" else payload
        except UnicodeDecodeError:
            self.trace.say("unsupported")  # text is a str, which cannot hold these bytes
        else:
            self.start(self.called, self.ws.send, message)

    def send_pong(self, payload):
        self.start(self.called, self.ws.pong, payload)

    def receive(self, data):
        if not self.stream.peer_ended:
            self.step(self.stream.change, inbox=self.stream.inbox + data)

    def eof(self):
        self.step(self.stream.change, peer_ended=True)

    def drop(self):
        self.step(self.stream.change, broken=True, peer_ended=True, ended=True)

    def block(self):
        self.stream.blocked = True

    def resume(self):
        self.step(self.stream.change, blocked=False)

    def advance(self, ns):
        end = self.clock.ns + ns
        for _ in kit.instants():
            ns = round(self.deadline * 1e9)
            if ns > end:
                break
            self.clock.set(ns, self.deadline)
            self.step(None)
            self.look()
        self.clock.set(end, end / 1e9)

    def settle(self):
        self.look()

    def look(self):
        self.latency.look(self.trace, self.ws.latency)
        if not self.closed and self.ws.stream_closed.is_set():
            self.closed = True
            self.trace.say("closed")

    def end(self):
        self.drop()

    def abandon(self):
        self.trace.lines = []  # not seen: what happens now is the kit's doing
        self.over = True
        self.theirs.release()
        self.mine.acquire()
        if self.failed:
            raise self.failed


if __name__ == "__main__":
    common.run(Subject, "trio", "clock=virtual keepalive", "frames waiters conn-latency errors messages closed crash")
