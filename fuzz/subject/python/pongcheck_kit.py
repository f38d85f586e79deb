"""The Python kit of the driver protocol ``pongcheck-driver 1``.

A driver is an adapter that opens one connection of the library under test, and a call of run(). The kit does the rest:
it reads traces on stdin, turns relations such as ``$1[:3]`` into bytes (it sees the frames, so it knows what ``ping *``
chose), builds the peer's frames, decodes those of the subject, numbers the pings and prints transcripts. It needs
Python 3.11 or newer and nothing else.

What an adapter provides is a class that is made once a trace, with a Trace, and has a method for each op it can do; for
one that it lacks the kit says "unsupported":

    ping(n, payload or None)  cancel(n or "k1")  close(code)  send(kind, payload)  send_pong(payload)
    receive(bytes)  drop()  eof()  block()  resume()  advance(nanoseconds)

and these in any case: settle() after each op, end() to drop what is open, abandon() to forget the connection, unseen.
What becomes visible it tells the Trace: say, wrote, message, crash. An exception that escapes from the subject is an
outcome, and the adapter catches it where it calls the subject; one that reaches the kit is a mistake of ours and ends
the process, on purpose.
"""

import os
import platform
import struct
import sys
import threading
import time
import zlib

from pongcheck_forms import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Malformed,
    cancelled,
    duration,
    frame,
    frames,
    literal,
    nanoseconds,
    number,
    related,
    tokens,
    written,
)

PROTOCOL = "pongcheck-driver 1"
PATIENCE = 5  # seconds of real time in which an op must come to rest
PAUSE = 0.5  # seconds after which answers are written in the middle of a batch
KEEPALIVES = 1_000  # intervals that one advance may pass; for more it is unsupported
TIMERS = 10_000  # that one advance may fire; a subject that has more arms them for ever
WRITING = threading.Lock()


class Hang(Exception):
    """The subject does not come to rest."""


# A trace


class Trace:
    """One trace: its configuration, what it remembers of the pings, and where its outcomes go."""

    def __init__(self, config, lines):
        self.role = config.get("role", "server")
        if self.role not in ("server", "client"):
            raise Malformed(f"role={self.role}: server or client")
        self.server = self.role == "server"
        self.keepalive = None  # or (interval, timeout) in nanoseconds; a timeout of None waits for ever
        if "keepalive" in config:
            interval, _, timeout = config["keepalive"].partition("/")
            self.keepalive = nanoseconds(interval), nanoseconds(timeout or "0s") or None
            if not self.keepalive[0]:
                raise Malformed("keepalive: an interval of nothing")
        self.cut = number(config["cut"], 1) if "cut" in config else None  # bytes the subject may read at a time
        self.seed = number(config.get("seed", "0").removeprefix("-"), 0, 1 << 63)
        self.deflate = config.get("deflate")  # "takeover" or "reset"
        if self.deflate not in (None, "takeover", "reset"):
            raise Malformed(f"deflate={self.deflate}: takeover or reset")
        self.deflater = None  # the peer's, while it sends a compressed message, and after it with takeover
        self.compressing = False
        self.pings = []  # the payload of ping n is pings[n-1]; None until a subject that chooses has written it
        self.kept = []  # the payloads of the Pings that no op asked for
        self.lines = lines
        self.wire = bytearray()
        self.now = None  # the subject's clock: nanoseconds since open; told in the outcomes of advance
        self.advancing = False

    def say(self, outcome):
        self.lines.append(f"  {outcome} @{duration(self.now())}" if self.advancing else f"  {outcome}")

    def wrote(self, data, owner=None):
        """The subject put bytes on the wire. Owner is the number of the ping whose call wrote them, if one did."""
        self.wire += data
        for opcode, payload, text in frames(self.wire, not self.server):
            if opcode == PING:
                if owner is None:
                    self.kept.append(payload)
                elif self.pings[owner - 1] is None:
                    self.pings[owner - 1] = payload
            self.say("> " + text)

    def message(self, data):
        kind, data = ("text", data.encode()) if isinstance(data, str) else ("binary", data)
        self.say(f"message {kind} {written(data)}")

    def crash(self, where, exc):
        """An exception escaped from the subject. It carries no stamp: its text is free."""
        text = " ".join(str(exc).split()).replace("#", "_")
        self.lines.append(f"  ! {where} {type(exc).__name__}: {text}".rstrip())

    def payload(self, text):
        """The bytes of an op's payload."""
        if text[0] != "$":
            return literal(text)
        payload = related(text, self.pings, self.kept)
        self.say("< " + written(payload))
        return payload

    def data(self, opcode, text, fin, z):
        """A data frame of the peer's. A message's first frame says whether it is compressed (RFC 7692 section 6)."""
        payload = self.payload(text)
        if opcode != CONT:
            self.compressing = z
            if z and (self.deflater is None or self.deflate == "reset"):
                self.deflater = zlib.compressobj(wbits=-15)
        if self.compressing:
            payload = self.deflater.compress(payload) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
            if fin:
                payload = payload.removesuffix(b"\0\0\xff\xff") or b"\0"
        return frame(opcode, payload, self.server, fin, z)


def instants():
    """Goes once round the loop of an advance for each instant at which something happens, and not for ever."""
    yield from range(TIMERS)
    raise Hang


# The conversation


class Driver:
    """The conversation as a function from lines to lines, so that it can be tested without a process."""

    def __init__(self, connect):
        self.connect = connect
        self.answers = []  # lines, until they are taken
        self.count = 0  # of the lines read
        self.name = self.trace = self.subject = None
        self.skipping = False  # after a malformed line, up to the end of its trace
        self.joined = b""  # bytes of the peer that wait for those of the next op
        self.joins = False  # those of the op at hand wait, too

    def line(self, line):
        self.count += 1
        words = tokens(line)
        if not words or self.skipping and words[0] != "trace":
            self.skipping = self.skipping and words != ["end"]
            return
        try:
            if words[0] == "trace":
                if self.subject is not None:
                    self.answers.append(f"error {self.count}: trace {self.name} has no end")
                    self.close()
                self.open(*words[1:])
            elif self.subject is None:
                raise Malformed(f"{words[0]!r} outside a trace")
            else:
                self.answers.append(line)
                self.step(*words)
                if words[0] == "end":
                    self.close()
                    self.answers.append(f"done {self.name}")
        except Malformed as exc:
            self.answers.append(f"error {self.count}: {exc}")
            self.skipping = words[0] != "end"
            self.close()

    def open(self, *words):
        self.skipping = False
        if not words:
            raise Malformed("a trace needs an id")
        self.name = words[0]
        self.answers.append(f"trace {self.name}")
        self.trace = Trace(dict(word.partition("=")[::2] for word in words[1:]), self.answers)
        self.joined = b""
        self.subject = self.connect(self.trace)

    def close(self):
        if self.subject is not None:
            self.subject.abandon()
        self.trace = self.subject = None

    def step(self, *words):
        trace = self.trace
        self.joins = words[-1] == "join" and words[0] in METHODS["receive"].split()
        if self.joins:
            words = words[:-1]
        match words:
            case "ping", text:
                payload = None if text == "*" else trace.payload(text)
                trace.pings.append(payload)
                self.call("ping", len(trace.pings), payload)
            case "cancel", text:
                keepalive, n = cancelled(text, trace.pings, trace.kept)
                if n:
                    self.call("cancel", f"k{n}" if keepalive else n)
            case "pong", text:
                self.receive(frame(PONG, trace.payload(text), trace.server))
            case "recv-ping", text:
                self.receive(frame(PING, trace.payload(text), trace.server))
            case ["peer-close"]:
                self.receive(frame(CLOSE, b"", trace.server))
            case "peer-close", code:
                self.receive(frame(CLOSE, struct.pack("!H", number(code, 1, 0xFFFF)), trace.server))
            case "raw", text:
                self.receive(trace.payload(text))
            case "msg" | "frag" as op, "text" | "binary" as kind, text, *z if z in ([], ["z"]):
                if z and not trace.deflate:
                    trace.say("unsupported")
                    if self.joined:
                        self.receive(b"")
                else:
                    self.receive(trace.data(TEXT if kind == "text" else BINARY, text, op == "msg", bool(z)))
            case "cont", text, *fin if fin in ([], ["fin"]):
                self.receive(trace.data(CONT, text, bool(fin), False))
            case "close", *code if len(code) < 2:
                self.call("close", number(*code or ["1000"], 1, 0xFFFF))
            case "msg-send", "text" | "binary" as kind, text:
                self.call("send", kind, trace.payload(text))
            case "send-pong", text:
                self.call("send_pong", trace.payload(text))
            case "advance", text:
                ns = nanoseconds(text)
                if trace.keepalive and ns > KEEPALIVES * trace.keepalive[0]:
                    trace.say("unsupported")
                else:
                    trace.advancing = True
                    self.call("advance", ns)
                    trace.advancing = False
            case ["drop" | "eof" | "block" | "resume" as op]:
                self.call(op)
            case ["settle"]:
                pass  # as every op does
            case ["end"]:
                self.subject.end()
            case _:
                raise Malformed(f"{' '.join(words)[:80]!r} is no op")
        self.subject.settle()
        if words[0] == "end" and trace.wire:
            trace.say("> part " + trace.wire.hex())

    def receive(self, data):
        """The peer sends bytes; those of joined ops come in one read."""
        data = self.joined + data
        self.joined = data if self.joins else b""
        if not self.joins:
            self.call("receive", data)

    def call(self, method, *args):
        do = getattr(self.subject, method, None)
        if do is None:
            self.trace.say("unsupported")
        else:
            do(*args)


METHODS = {
    "receive": "pong recv-ping peer-close raw msg frag cont",
    "send": "msg-send",
    "send_pong": "send-pong",
    "settle": "settle",
    **{op: op for op in "ping cancel close drop eof advance block resume".split()},
}


def run(connect, subject, can, sees):
    """Runs a driver on stdin and stdout, up to the end of the input."""
    if sys.argv[1:2] == ["--relations"]:
        sys.exit(check_relations(sys.argv[2]))
    out = os.dup(1)
    os.dup2(2, 1)  # whatever the library prints must not get between the lines
    sys.stdout = sys.stderr
    ops = " ".join(ops for method, ops in METHODS.items() if hasattr(connect, method)).replace(" ", ",")
    driver = Driver(connect)
    driver.answers += [
        PROTOCOL,
        f"subject {subject}",
        f"runtime {platform.python_implementation()} {platform.python_version()}",
        f"can {can} join ops={ops}",
        f"sees {sees}",
        "ready",
    ]
    watch = Watch(driver, out)
    rest = b""
    try:
        while True:
            send(out, driver.answers)
            data = os.read(0, 1 << 16)
            if not data:
                return
            *whole, rest = (rest + data).split(b"\n")
            sent = time.monotonic()
            for line in whole:
                watch.started = time.monotonic()
                if watch.started - sent > PAUSE:
                    send(out, driver.answers)
                    sent = watch.started
                driver.line(line.decode(errors="replace").rstrip("\r"))
            watch.started = None
    except Hang:
        hang(driver, out)
    except BrokenPipeError:
        os._exit(0)


def send(out, lines):
    with WRITING:
        write(out, lines)
    lines.clear()


def write(out, lines):
    data = memoryview("".join([f"{line}\n" for line in lines]).encode(errors="replace"))
    while data:
        data = data[os.write(out, data) :]


def hang(driver, out):
    WRITING.acquire()  # for good: the watch may find a hang while the subject's own is being told
    write(out, driver.answers + ["  ! hang"])
    os._exit(3)


class Watch(threading.Thread):
    """Ends a process whose subject runs for ever inside one callback, where no count of callbacks would see it."""

    def __init__(self, driver, out):
        super().__init__(daemon=True)
        self.driver, self.out, self.started, self.parent = driver, out, None, os.getppid()
        self.start()

    def run(self):
        while True:
            time.sleep(1)
            if os.getppid() != self.parent:
                os._exit(3)  # whoever asked is gone, and an op may never end
            started = self.started
            if started is not None and time.monotonic() - started > PATIENCE:
                hang(self.driver, self.out)


def check_relations(path):
    """Holds this kit against the shared table of relations, which says itself how it is written; the exit status."""
    wrong = 0
    with open(path, encoding="utf-8") as table:
        for at, line in enumerate(table, 1):
            words = tokens(line)
            if not words:
                continue
            colon = words.index(":")
            pings, kept = [], []
            for word in words[1:colon]:
                into = kept if word.startswith("k=") else pings
                into.append(None if word == "*" else literal(word.removeprefix("k=").removeprefix("*=")))
            match words[colon + 1 :]:
                case "cancel", target, "=", want:
                    keepalive, n = cancelled(target, pings, kept)
                    got = str(n)
                case relation, "=", want:
                    got = written(related(relation, pings, kept))
            if got != want:
                wrong += 1
                print(f"{path}:{at}: got {got}, want {want}")
    return bool(wrong)
