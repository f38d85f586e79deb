"""What the drivers of python-websockets share: the peer's half of the opening handshake, and the names of errors."""

import asyncio
import base64
import gc
import hashlib
import logging

from websockets.exceptions import ConnectionClosed
from websockets.version import version

import pongcheck_kit as kit

REQUEST = (
    "GET / HTTP/1.1\r\nHost: subject\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
RESPONSE = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
EXTENSIONS = {
    None: "",
    "takeover": "Sec-WebSocket-Extensions: permessage-deflate\r\n",
    "reset": "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n",
}
CAN = "payload=any,chosen role=server,client cut deflate"


def request(trace):
    """What a client asks of the subject."""
    return f"{REQUEST}{EXTENSIONS[trace.deflate]}\r\n".encode()


def response(trace, asked):
    """What a server answers to the subject's request."""
    key = asked.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    accept = base64.b64encode(digest).decode()
    return f"{RESPONSE}Sec-WebSocket-Accept: {accept}\r\n{EXTENSIONS[trace.deflate]}\r\n".encode()


def options(trace):
    """The arguments of serve and connect."""
    interval, timeout = trace.keepalive or (None, None)
    return {
        "ping_interval": interval and interval / 1e9,
        "ping_timeout": timeout and timeout / 1e9,
        "compression": trace.deflate and "deflate",
    }


def failure(exc):
    """KIND NAME of an exception that a call or a waiter ended with."""
    if isinstance(exc, ConnectionClosed):
        kind = "closed"
    elif isinstance(exc, asyncio.CancelledError):
        kind = "cancelled"
    elif isinstance(exc, TimeoutError):
        kind = "timeout"
    elif "already waiting for a pong" in str(exc):
        kind = "duplicate"
    else:
        kind = "too-long" if "control frame too long" in str(exc) else "other"
    return f"{kind} {type(exc).__name__}"


def tell_end(trace, ws, clean):
    """What the application learns of the end: an iteration that ends without an error is a clean end."""
    trace.say(f"told {ws.close_code or '-'}{' clean' if clean else ''}")


def latency(seconds):
    return kit.duration(round(seconds * 1e9))


class Latency:
    """The latency of the connection, told whenever it changed. The library has it in floats, which differ in their last
    bits for equal times; what counts is nanoseconds."""

    seconds = ns = 0

    def look(self, trace, seconds):
        if seconds != self.seconds:
            self.seconds, ns = seconds, round(seconds * 1e9)
            if ns != self.ns:
                self.ns = ns
                trace.say(f"latency {kit.duration(ns)}")


class Log(logging.Handler):
    """The library catches what it does not expect, such as a KeyError in its keepalive, and logs it as an error with a
    traceback: that is how such an exception escapes. ConnectionClosed is none: it only says what happened."""

    trace = None

    def emit(self, record):
        if record.exc_info and not isinstance(record.exc_info[1], ConnectionClosed):
            self.trace.crash(record.funcName, record.exc_info[1])


LOG = Log(logging.ERROR)


def run(subject, variant, can, sees="frames waiters latency conn-latency errors messages closed crash told"):
    log = logging.getLogger("websockets")
    log.addHandler(LOG)
    log.propagate = False
    gc.freeze()  # the modules are no garbage: one trace should not pay for looking
    kit.run(subject, f"websockets/{variant} {version}", f"{can} {CAN}", sees)
