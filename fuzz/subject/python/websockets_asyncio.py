"""Drives python-websockets, the asyncio connections: ``PYTHONPATH=DIR python3 websockets_asyncio.py``.

The connection is entered by serve() and connect() with a real opening handshake; only the loop and the transport
below are ours. The handler is the consumer of the library's docs/howto/patterns.rst, ``async for message in
websocket``; docs/topics/keepalive.rst has the keepalive.
"""

import asyncio
import random

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

import websockets_common as common
from pongcheck_asyncio import Loop


class KeepaliveSeen:
    """The library's keepalive calls ping() as everybody does, so a subclass sees its waiters."""

    async def ping(self, data=None):
        waiter = await super().ping(data)
        subject = asyncio.get_running_loop().subject
        if subject.owner() is None:
            subject.keep(waiter)
        return waiter


class Server(KeepaliveSeen, ServerConnection):
    pass


class Client(KeepaliveSeen, ClientConnection):
    pass


class Subject:
    """One connection."""

    def __init__(self, trace):
        random.seed(trace.seed)
        self.trace = common.LOG.trace = trace
        self.ws = None
        self.latency = common.Latency()
        self.waiters = {}  # by ping number, or by "k1" for keepalives
        self.calls = {}  # to ping, by its number; each is a task
        self.owners = {}  # the ping numbers of these tasks
        self.loop = Loop(trace)
        self.loop.subject = self
        trace.now = lambda: self.loop.ns
        self.open()
        transport = self.loop.transport
        transport.cut, transport.owner, transport.sink = trace.cut, self.owner, self.wire
        transport.on_lost = lambda: trace.say("closed")

    def open(self):
        options = common.options(self.trace)
        loop, wire = self.loop, []
        loop.sink = lambda data, owner: wire.append(data)
        door = loop.create_task(self.serve(options) if self.trace.server else self.connect(options))
        loop.run()
        if self.trace.server:
            loop.call_soon(lambda: loop.attach(loop.factory()))
            loop.run()
            loop.transport.receive(common.request(self.trace))
        else:
            loop.transport.receive(common.response(self.trace, b"".join(wire)))
        loop.run()
        if door.done():
            door.result()  # raises what went wrong, which is our mistake
        if self.ws is None or not b"".join(wire).endswith(b"\r\n\r\n"):
            raise RuntimeError(f"the opening handshake failed: {b''.join(wire)}")

    async def serve(self, options):
        await serve(self.read, "subject", 80, create_connection=Server, **options)

    async def connect(self, options):
        await self.read(await connect("ws://peer/", create_connection=Client, proxy=None, **options))

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
        return self.owners.get(asyncio.current_task(self.loop))

    def wire(self, data, owner):
        if data is None:
            self.trace.say("> eof")
        else:
            self.trace.wrote(data, owner)

    def ping(self, n, payload):
        task = self.calls[n] = self.loop.create_task(self.call_ping(n, payload))
        self.owners[task] = n

    async def call_ping(self, n, payload):
        try:
            waiter = await self.ws.ping(payload)
        except asyncio.CancelledError as exc:
            ours = asyncio.current_task().cancelling()
            self.trace.say(f"{n} cancelled" if ours else f"{n} error {common.failure(exc)}")
        except Exception as exc:
            self.trace.say(f"{n} error {common.failure(exc)}")
        else:
            self.watch(n, waiter)

    def keep(self, waiter):
        n = f"k{len(self.trace.kept)}"
        if n != "k0" and n not in self.waiters:  # else its frame is on no wire, and it has no number
            self.watch(n, waiter)

    def watch(self, n, waiter):
        self.waiters[n] = waiter
        waiter.add_done_callback(lambda waiter: self.resolved(n, waiter))

    def resolved(self, n, waiter):
        if waiter.cancelled():
            self.trace.say(f"{n} cancelled")
        elif exc := waiter.exception():
            self.trace.say(f"{n} failed {common.failure(exc)}")
        else:
            self.trace.say(f"{n} acked {common.latency(waiter.result())}")

    def cancel(self, n):
        """A ping is a call and then a waiter, and either may be waited for."""
        task = self.waiters.get(n) or self.calls.get(n)
        if task is not None:
            task.cancel()

    def close(self, code):
        self.loop.create_task(self.call(self.ws.close(code)))

    def send(self, kind, payload):
        try:
            message = payload.decode() if kind == "text" else payload
        except UnicodeDecodeError:
            self.trace.say("unsupported")  # text is a str, which cannot hold these bytes
        else:
            self.loop.create_task(self.call(self.ws.send(message)))

    def send_pong(self, payload):
        self.loop.create_task(self.call(self.ws.pong(payload)))

    async def call(self, coro):
        try:
            await coro
        except (Exception, asyncio.CancelledError) as exc:
            self.trace.say(f"error {common.failure(exc)}")

    def receive(self, data):
        self.loop.transport.receive(data)

    def eof(self):
        self.loop.transport.eof()

    def drop(self):
        self.loop.transport.reset()

    def block(self):
        self.loop.transport.block()

    def resume(self):
        self.loop.transport.resume()

    def advance(self, ns):
        self.loop.advance(ns)

    def settle(self):
        self.loop.run()
        self.latency.look(self.trace, self.ws.latency)

    def end(self):
        self.drop()
        self.loop.run()
        for exc in self.loop.lost():
            self.trace.crash("task", exc)

    def abandon(self):
        self.trace.lines = []  # not seen: what happens now is the kit's doing
        self.drop()
        self.loop.abandon()


if __name__ == "__main__":
    common.run(Subject, "asyncio", "clock=virtual keepalive")
