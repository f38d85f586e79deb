"""Drives python-websockets, the threading connections: ``PYTHONPATH=DIR python3 websockets_threading.py``.

Every call of the application's is a thread of its own, as it may block. What ping returns is an event that the
application waits for, so there is nothing that could be cancelled; without ack_on_close, as documented, it is never set
once the connection is closed. The handler is the consumer of the library's docs/howto/patterns.rst without async.
"""

import functools
import inspect
import random

from websockets.exceptions import ConnectionClosed
from websockets.protocol import CLOSED
from websockets.sync import client, connection, messages, server, utils

import pongcheck_threads
import websockets_common as common
from pongcheck_threads import Scheduler, Socket, Thread

pongcheck_threads.install(client, connection, messages, server, utils)
KEEPALIVE = "ping_interval" in inspect.signature(connection.Connection).parameters  # since 15.0, and so is latency


class KeepaliveSeen:
    """The library's keepalive calls ping() as everybody does, so a subclass sees its events."""

    def ping(self, *args, **kwargs):
        event = super().ping(*args, **kwargs)
        subject = pongcheck_threads.now.subject
        if subject.owner() is None:  # its frame is the last one: sendall is called under the connection's mutex
            subject.watch(f"k{len(subject.trace.kept)}", event)
        return event


class Server(KeepaliveSeen, server.ServerConnection):
    pass


class Client(KeepaliveSeen, client.ClientConnection):
    pass


@functools.lru_cache(maxsize=64)
def handler(**options):
    """What a server does with an accepted connection, which serve_forever calls in a thread."""
    read = lambda ws: pongcheck_threads.now.subject.read(ws)
    return server.serve(read, sock=Socket(None), create_connection=Server, **options).handler


class Subject:
    """One connection."""

    def __init__(self, trace):
        random.seed(trace.seed)
        self.trace = common.LOG.trace = trace
        self.ws = None
        self.latency, self.closed = common.Latency(), False
        self.threads = Scheduler(trace)
        self.threads.subject = self
        trace.now = lambda: self.threads.ns
        options = common.options(trace)
        if not KEEPALIVE:
            del options["ping_interval"], options["ping_timeout"]
        wire = bytearray()
        self.socket = Socket(wire.extend)
        if trace.server:
            Thread(target=handler(**options), args=(self.socket, ("peer", 1))).start()
            self.socket.deliver(common.request(trace))
            self.threads.run()
        else:
            Thread(target=self.connect, args=(options,)).start()
            self.threads.run()
            self.socket.deliver(common.response(trace, bytes(wire)))
            self.threads.run()
        if self.ws is None or not wire.endswith(b"\r\n\r\n"):
            raise RuntimeError(f"the opening handshake failed: {bytes(wire)} {trace.lines}")
        self.socket.sink, self.socket.cut = self.wire, trace.cut

    def connect(self, options):
        proxy = {"proxy": None} if "proxy" in inspect.signature(client.connect).parameters else {}
        self.read(client.connect("ws://peer/", sock=self.socket, create_connection=Client, **options, **proxy))

    def read(self, ws):
        self.ws = ws
        try:
            for message in ws:
                self.trace.message(message)
            common.tell_end(self.trace, ws, clean=True)
        except ConnectionClosed:
            common.tell_end(self.trace, ws, clean=False)
        except Exception as exc:
            self.trace.crash("recv", exc)

    def owner(self):
        return getattr(self.threads.running, "ping", None)

    def wire(self, data):
        if data is None:
            self.trace.say("> eof")
        else:
            self.trace.wrote(data, self.owner())

    def ping(self, n, payload):
        thread = Thread(target=self.call_ping, args=(n, payload))
        thread.ping = n
        thread.start()

    def call_ping(self, n, payload):
        try:
            event = self.ws.ping(payload)
        except Exception as exc:
            self.trace.say(f"{n} error {common.failure(exc)}")
        else:
            self.watch(n, event)

    def watch(self, n, event):
        def told():
            # ack_on_close, which the keepalive asks for, sets it at the end as well
            self.trace.say(f"{n} failed closed" if self.ws.protocol.state is CLOSED else f"{n} acked")

        event.on_set = told
        if event.is_set():
            told()

    def close(self, code):
        self.call(lambda: self.ws.close(code))

    def send(self, kind, payload):
        try:
            message = payload.decode() if kind == "text" else payload
        except UnicodeDecodeError:
            self.trace.say("unsupported")  # text is a str, which cannot hold these bytes
        else:
            self.call(lambda: self.ws.send(message))

    def send_pong(self, payload):
        self.call(lambda: self.ws.pong(payload))

    def call(self, do):
        Thread(target=self.called, args=(do,)).start()

    def called(self, do):
        try:
            do()
        except Exception as exc:
            self.trace.say(f"error {common.failure(exc)}")

    def receive(self, data):
        self.socket.deliver(data)

    def eof(self):
        self.socket.eof()

    def drop(self):
        self.socket.reset()

    def block(self):
        self.socket.blocked = True

    def resume(self):
        self.socket.resume()

    def advance(self, ns):
        self.threads.advance(ns, self.look)

    def settle(self):
        self.threads.run()
        self.look()

    def look(self):
        if KEEPALIVE:
            self.latency.look(self.trace, self.ws.latency)
        if not self.closed and not self.ws.recv_events_thread.is_alive():
            self.closed = True
            self.trace.say("closed")

    def end(self):
        self.drop()

    def abandon(self):
        self.trace.lines = []  # not seen: what happens now is the kit's doing
        self.threads.abandon()


if __name__ == "__main__":
    can = "clock=virtual keepalive" if KEEPALIVE else "clock=virtual"
    latency = "conn-latency " if KEEPALIVE else ""
    common.run(Subject, "threading", can, f"frames waiters {latency}errors messages closed crash")
