"""An asyncio event loop whose clock is a variable, and a transport that ends in a Trace.

The library under test opens its connections through loop.create_server and loop.create_connection, as ever; what it gets
is a Transport without a socket that does what asyncio's own does (selector_events._SelectorSocketTransport is the model,
down to the moment at which connection_lost is called). The loop is driven from outside, until nothing is ready: that is
what "settled" means here, and it makes the same trace give the same bytes.
"""

import asyncio
import collections
import contextvars
import heapq
import itertools

from pongcheck_kit import Hang, instants

LIMIT = 100_000  # callbacks without a read in one op; an honest one needs some ten


class Handle:
    __slots__ = ("callback", "args", "context")

    def __init__(self, callback, args, context):
        self.callback, self.args, self.context = callback, args, context

    def cancel(self):
        self.callback = self.args = None

    def cancelled(self):
        return self.callback is None


class Loop(asyncio.AbstractEventLoop):
    """Time stands still until advance moves it, in integer nanoseconds."""

    def __init__(self, trace):
        self.trace = trace
        self.ns = 0
        self.ready = collections.deque()
        self.timers = []
        self.order = itertools.count()
        self.tasks = []  # held until the end: a task must not die in a garbage collection, at no fixed moment
        self.factory = self.transport = self.sink = None

    # What asyncio calls

    def time(self):
        return self.ns / 1e9

    def call_soon(self, callback, *args, context=None):
        handle = Handle(callback, args, context or contextvars.copy_context())
        self.ready.append(handle)
        return handle

    def call_later(self, delay, callback, *args, context=None):
        return self.timer(self.ns + round(delay * 1e9), callback, args, context)

    def call_at(self, when, callback, *args, context=None):
        return self.timer(round(when * 1e9), callback, args, context)

    def timer(self, ns, callback, args, context):
        handle = Handle(callback, args, context or contextvars.copy_context())
        heapq.heappush(self.timers, (ns, next(self.order), handle))
        return handle

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, **kwargs):
        task = asyncio.Task(coro, loop=self, **kwargs)
        self.tasks.append(task)
        return task

    def get_debug(self):
        return False

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def call_exception_handler(self, context):
        if "future" in context or "task" in context:
            return  # nobody asked for its exception: said when it is destroyed, which is no fixed moment; see lost
        self.trace.crash("callback", context.get("exception") or RuntimeError(context["message"]))

    async def create_server(self, factory, *args, **kwargs):
        self.factory = factory
        return Listener(self)

    async def create_connection(self, factory, *args, **kwargs):
        return self.attach(factory())

    def attach(self, protocol):
        self.transport = Transport(self, protocol)
        protocol.connection_made(self.transport)
        return self.transport, protocol

    # What drives it

    def run(self):
        """Runs until nothing is ready."""
        ready = self.ready
        self.budget = LIMIT
        asyncio._set_running_loop(self)
        try:
            while ready or self.due():
                handle = ready.popleft()
                if handle.callback is None:
                    continue
                self.budget -= 1
                if not self.budget:
                    raise Hang
                try:
                    handle.context.run(handle.callback, *handle.args)
                except (SystemExit, KeyboardInterrupt, Hang):
                    raise
                except BaseException as exc:
                    self.call_exception_handler({"message": "callback", "exception": exc})
        finally:
            asyncio._set_running_loop(None)

    def due(self):
        """Makes the timers ready whose time has come."""
        timers = self.timers
        while timers and (timers[0][0] <= self.ns or timers[0][2].callback is None):
            self.ready.append(heapq.heappop(timers)[2])
        return self.ready

    def advance(self, ns):
        end = self.ns + ns
        for _ in instants():
            self.run()
            if not self.timers or self.timers[0][0] > end:
                break
            self.ns = self.timers[0][0]
        self.ns = end

    def lost(self):
        """The exceptions of tasks that nobody asked for: to be called when all is over."""
        for task in self.tasks:
            if task.done() and not task.cancelled() and task._log_traceback:
                yield task.exception()

    def abandon(self):
        """Cancels what still waits, so that nothing outlives its trace."""
        for task in self.tasks:
            task.cancel()
        self.run()


class Listener:
    """What create_server returns: asyncio.Server, as far as libraries look at it."""

    sockets = ()

    def __init__(self, loop):
        self.loop = loop

    def get_loop(self):
        return self.loop

    def is_serving(self):
        return True

    def close(self):
        pass

    async def wait_closed(self):
        pass


class Transport(asyncio.Transport):
    """Bytes in by receive, eof and reset; bytes out to sink(data, owner), data being None for the end.

    Between block and resume the system takes no bytes: the buffer is over its limit and the protocol is told to pause.
    What it writes all the same stays here and is on no wire.
    """

    def __init__(self, loop, protocol):
        super().__init__()
        self.loop, self.protocol = loop, protocol
        self.sink = loop.sink
        self.on_lost = lambda: None
        self.owner = lambda: None  # whose call writes
        self.cut = None  # bytes that one read gives at most
        self.inbox = bytearray()
        self.peer_ended = False  # nothing more comes into the inbox
        self.told_eof = False
        self.reading = True
        self.blocked = False
        self.buffer = []
        self.ended = False  # write_eof was called
        self.silent = False  # our end is on the wire, or nothing of ours can be any more
        self.closing = False
        self.gone = False  # connection_lost was called, or is about to be

    # What the peer and the system do

    def receive(self, data):
        if not self.peer_ended:
            self.inbox += data
            self.loop.call_soon(self.read_ready)

    def eof(self):
        if not self.peer_ended:
            self.peer_ended = True
            self.loop.call_soon(self.read_ready)

    def reset(self):
        self.peer_ended = True
        self.silent = True
        self.force_close(ConnectionResetError(104, "Connection reset by peer"))

    def block(self):
        if not self.blocked and not self.gone:
            self.blocked = True
            self.told("pause_writing")

    def resume(self):
        if not self.blocked or self.gone:
            return
        self.blocked = False
        for data, owner in self.buffer:
            self.put(data, owner)
        self.buffer.clear()
        self.told("resume_writing")
        if self.closing:
            self.gone = True
            self.loop.call_soon(self.lose, None)

    def told(self, method):
        try:
            getattr(self.protocol, method)()
        except Exception as exc:
            self.loop.trace.crash(method, exc)

    def read_ready(self):
        if self.closing or not self.reading:
            return
        if self.inbox:
            data = bytes(self.inbox[: self.cut])
            del self.inbox[: self.cut]
            self.loop.budget = LIMIT  # a long message in small pieces is no hang
            try:
                self.protocol.data_received(data)
            except Exception as exc:
                self.fatal("data_received", exc)
            if self.inbox or self.peer_ended:
                self.loop.call_soon(self.read_ready)
        elif self.peer_ended and not self.told_eof:
            self.told_eof = True
            try:
                if not self.protocol.eof_received():
                    self.close()
            except Exception as exc:
                self.fatal("eof_received", exc)

    def fatal(self, where, exc):
        self.loop.trace.crash(where, exc)
        self.force_close(exc)

    def force_close(self, exc):
        if not self.gone:
            self.buffer.clear()
            self.closing = self.gone = True
            self.loop.call_soon(self.lose, exc)

    def lose(self, exc):
        try:
            self.protocol.connection_lost(exc)
        except Exception as exc:
            self.loop.trace.crash("connection_lost", exc)
        self.put(None, None)  # the socket is closed, and that ends our direction
        self.on_lost()

    def put(self, data, owner):
        if not self.silent:
            self.silent = data is None
            self.sink(data, owner)

    # What the protocol calls

    def write(self, data):
        if self.ended:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self.gone or not data:
            return
        if self.blocked:
            self.buffer.append((bytes(data), self.owner()))
        else:
            self.put(data, self.owner())

    def writelines(self, parts):
        self.write(b"".join(parts))

    def can_write_eof(self):
        return True

    def write_eof(self):
        if self.closing or self.ended:
            return
        self.ended = True
        if self.blocked:
            self.buffer.append((None, None))
        else:
            self.put(None, None)

    def close(self):
        if not self.closing:
            self.closing = True
            if not self.blocked:
                self.gone = True
                self.loop.call_soon(self.lose, None)

    def abort(self):
        self.force_close(None)

    def is_closing(self):
        return self.closing

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        if not self.closing and not self.reading:
            self.reading = True
            self.loop.call_soon(self.read_ready)

    def is_reading(self):
        return self.reading and not self.closing

    def set_write_buffer_limits(self, high=None, low=None):
        pass

    def get_write_buffer_size(self):
        return sum(len(data or b"") for data, _ in self.buffer)

    def set_protocol(self, protocol):
        self.protocol = protocol

    def get_protocol(self):
        return self.protocol

    def get_extra_info(self, name, default=None):
        return {"peername": ("peer", 1), "sockname": ("subject", 1)}.get(name, default)
