"""Threads that take turns, on a clock that is a variable: what a library gets in place of the modules threading, queue,
selectors, socket and time.

Each thread is a real one, but only the one that holds the baton runs, and it passes it on when it has to wait for
something. Who is next is the one that has waited longest among those that can go on; when none can, the driver is next
and the subject is settled. So a trace has one schedule, the same each time, at the price that the races between threads
are not tried.
"""

import _thread
import collections
import queue
import selectors
import socket
import sys
import time
import types

from pongcheck_kit import Hang, instants

LIMIT = 2_000  # turns of one op; an honest one needs some ten


class Abandoned(BaseException):
    """Raised in a thread that still waits when its trace is over. No except Exception catches it."""


class Scheduler:
    def __init__(self, trace):
        global now
        now = self
        self.trace = trace
        self.ns = 0
        self.running = None  # a Thread, or None for the driver
        self.waiting = []
        self.driver = _thread.allocate_lock()
        self.driver.acquire()
        self.turns = 0
        self.over = False

    def wait(self, ready, timeout=None):
        """The running thread waits until ready() or for so many seconds; whether it is ready."""
        me = self.running
        if self.over:
            raise Abandoned
        if ready():
            return True
        if timeout is not None and timeout <= 0 and self.turns <= LIMIT:
            self.turns += 1  # a thread that never waits would never come to rest
            return False
        if me is None:
            raise RuntimeError("the driver itself would wait")
        me.ready = ready
        me.deadline = None if timeout is None else self.ns + round(timeout * 1e9)
        self.waiting.append(me)
        self.next()
        me.baton.acquire()
        if self.over:
            raise Abandoned
        return ready()

    def next(self):
        """Passes the baton on."""
        self.turns += 1
        for at, thread in enumerate(self.waiting):
            if self.turns > LIMIT:
                break
            if self.over or thread.ready() or thread.deadline is not None and thread.deadline <= self.ns:
                del self.waiting[at]
                self.running = thread
                thread.turn()
                return
        self.running = None
        self.driver.release()

    def run(self):
        """Runs the threads until each waits for something that is still to come."""
        self.turns = 0
        self.next()
        self.driver.acquire()
        if self.turns > LIMIT:
            raise Hang

    def advance(self, ns, look):
        end = self.ns + ns
        for _ in instants():
            self.run()
            look()
            deadline = min((t.deadline for t in self.waiting if t.deadline is not None), default=end + 1)
            if deadline > end:
                break
            self.ns = deadline
        self.ns = end

    def abandon(self):
        self.over = True
        self.run()


class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        self.target, self.args, self.kwargs = target, args, kwargs or {}
        self.name, self.daemon = name, daemon
        self.baton = None
        self.alive = False
        self.ready, self.deadline = lambda: True, None

    def start(self):
        self.alive = True
        now.waiting.append(self)

    def turn(self):
        if self.baton is None:
            self.baton = _thread.allocate_lock()
            self.baton.acquire()
            _thread.start_new_thread(self.main, (now,))
        else:
            self.baton.release()

    def main(self, scheduler):
        try:
            if not scheduler.over:
                self.target(*self.args, **self.kwargs)
        except (Abandoned, SystemExit):
            pass
        except BaseException as exc:
            scheduler.trace.crash("thread", exc)
        self.alive = False
        scheduler.next()

    def join(self, timeout=None):
        now.wait(lambda: not self.alive, timeout)

    def is_alive(self):
        return self.alive


class Lock:
    held = False

    def acquire(self, blocking=True, timeout=-1):
        free = now.wait(lambda: not self.held, 0 if not blocking else None if timeout == -1 else timeout)
        self.held |= free
        return free

    def release(self):
        if not self.held:
            raise RuntimeError("release unlocked lock")
        self.held = False

    def locked(self):
        return self.held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exc):
        self.release()


class Event:
    on_set = None  # told at the moment of set, in the thread that calls it

    def __init__(self):
        self.flag = False

    def is_set(self):
        return self.flag

    def set(self):
        if not self.flag:
            self.flag = True
            if self.on_set:
                self.on_set()

    def clear(self):
        self.flag = False

    def wait(self, timeout=None):
        return now.wait(self.is_set, timeout)


class SimpleQueue:
    def __init__(self):
        self.items = collections.deque()

    def put(self, item, block=True, timeout=None):
        self.items.append(item)

    def get(self, block=True, timeout=None):
        if not now.wait(lambda: self.items, timeout if block else 0):
            raise queue.Empty
        return self.items.popleft()

    def qsize(self):
        return len(self.items)

    def empty(self):
        return not self.items


class End:
    """An end of a socketpair, as far as it serves to wake a selector."""

    def __init__(self):
        self.inbox, self.other, self.closed = b"", None, False

    def readable(self):
        return bool(self.inbox) and not self.closed

    def send(self, data):
        if self.closed:
            raise OSError(9, "Bad file descriptor")
        self.other.inbox += data
        return len(data)

    def close(self):
        self.closed = True


def socketpair():
    one, two = End(), End()
    one.other, two.other = two, one
    return one, two


class Selector:
    def __init__(self):
        self.keys = []

    def register(self, file, events, data=None):
        if file.closed:
            raise ValueError("Invalid file descriptor: -1")
        self.keys.append(selectors.SelectorKey(file, len(self.keys), events, data))

    def select(self, timeout=None):
        now.wait(lambda: any(key.fileobj.readable() for key in self.keys), timeout)
        return [(key, key.events) for key in self.keys if key.fileobj.readable()]

    def close(self):
        self.keys.clear()


class Socket:
    """A connected socket. Bytes in by deliver, eof and reset; bytes out to sink, None being the end."""

    family = socket.AF_INET

    def __init__(self, sink, cut=None):
        self.sink, self.cut = sink, cut
        self.inbox = bytearray()
        self.timeout = None
        self.peer_ended = self.broken = self.blocked = False
        self.deaf = self.mute = self.ended = self.closed = False

    # What the peer and the system do

    def deliver(self, data):
        if not self.peer_ended:
            self.inbox += data

    def eof(self):
        self.peer_ended = True

    def reset(self):
        self.peer_ended = self.broken = self.ended = True
        self.inbox.clear()

    def resume(self):
        self.blocked = False
        self.flush()

    def flush(self):
        """Our end reaches the wire once nothing is stuck before it."""
        if self.mute and not self.ended and not self.blocked:
            self.ended = True
            self.sink(None)

    # What the library calls

    def readable(self):
        return not self.closed and bool(self.inbox or self.peer_ended or self.deaf)

    def recv(self, size):
        self.check()
        if not now.wait(lambda: self.inbox or self.peer_ended or self.deaf, self.timeout):
            raise TimeoutError("timed out")
        if self.broken:
            self.broken = False
            raise ConnectionResetError(104, "Connection reset by peer")
        data = bytes(self.inbox[: min(size, self.cut or size)])
        del self.inbox[: len(data)]
        return data

    def sendall(self, data):
        self.check()
        if not now.wait(lambda: not self.blocked or self.mute or self.ended, self.timeout):
            raise TimeoutError("timed out")
        if self.mute or self.ended:
            raise BrokenPipeError(32, "Broken pipe")
        self.sink(data)

    def shutdown(self, how):
        self.check()
        if self.ended and not self.mute:
            raise OSError(107, "Transport endpoint is not connected")
        self.deaf |= how != socket.SHUT_WR
        self.mute |= how != socket.SHUT_RD
        self.flush()

    def close(self):
        self.closed = self.mute = True
        self.flush()

    def check(self):
        if self.closed:
            raise OSError(9, "Bad file descriptor")

    def settimeout(self, timeout):
        self.check()
        self.timeout = timeout

    def setsockopt(self, *args):
        pass

    def getsockname(self):
        return "subject", 1

    def getpeername(self):
        return "peer", 1


def changed(module, **changes):
    return types.SimpleNamespace(**(vars(module) | changes))


MODULES = {
    "threading": types.SimpleNamespace(Thread=Thread, Lock=Lock, Event=Event, current_thread=lambda: now.running),
    "queue": changed(queue, SimpleQueue=SimpleQueue),
    "selectors": changed(selectors, DefaultSelector=Selector),
    "socket": changed(socket, socketpair=socketpair),
    "time": changed(time, monotonic=lambda: now.ns / 1e9, sleep=lambda seconds: now.wait(lambda: False, seconds)),
}


def install(*modules):
    """Gives these in place of the real ones to modules that import them."""
    for module in modules:
        for name in MODULES.keys() & vars(module).keys():
            setattr(module, name, MODULES[name])
