"""Hypothesis after mutants of specimen/exact, ported to Python.

    hypothesis_bench.py list
    hypothesis_bench.py MUTANT SEED EXAMPLES [shrink]

The second form prints one line: whether it was found, executions and ops until
the first failure, ops of the failing example, shrunk if that was asked for, and
executions after the first failure. specimen/exact itself is on the list, too: it
has to pass.
"""

import sys

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

SPECIAL = [
    "", "a", "ab", "abc", "b", "\0", "\0\0", "\xff", "a\0b", "\xc3\x28", " a ", "a\n", "1", "2", "10", "__proto__",
    "constructor", "toString", "Hi!", "ping", "\x01", "\x02", "\x80", "\r\x90\x0f\0", "\r\x90\x0f", "x" * 124, "x" * 125,
    "y" * 125, "x" * 126,
]


class Exact:
    """A Pong acknowledges the ping with its payload and no other."""

    def __init__(self):
        self.entries = []  # [payload, number]
        self.seen = []  # what became visible

    def find(self, data):
        return next((i for i, (pending, _) in enumerate(self.entries) if pending == data), -1)

    def ping(self, n, data):
        if len(data) > 125:
            self.seen.append((n, "too-long"))
        elif self.find(data) >= 0:
            self.seen.append((n, "duplicate"))
        else:
            self.send(n, data)

    def send(self, n, data):
        self.entries.append([data, n])
        self.seen.append(("ping", data))

    def cancel(self, n):
        for i, (_, number) in enumerate(self.entries):
            if number == n:
                del self.entries[i]
                self.seen.append((n, "cancelled"))
                return

    def pong(self, data):
        self.acknowledge(self.find(data))

    def acknowledge(self, i):
        if i >= 0:
            self.seen.append((self.entries.pop(i)[1], "acked"))

    def recv_ping(self, data):
        self.seen.append(("pong", data))

    def end(self):
        self.seen += [(number, "failed") for _, number in self.entries]

    def matching(self, match):
        self.acknowledge(next((i for i, (pending, _) in enumerate(self.entries) if match(pending)), -1))


class SecondPong(Exact):
    def pong(self, data):
        i = self.find(data)
        if i >= 0:
            self.seen.append((self.entries[i][1], "acked"))


class CancelledStays(Exact):
    def cancel(self, n):
        if any(number == n for _, number in self.entries):
            self.seen.append((n, "cancelled"))


class InheritedName(Exact):
    def pong(self, data):
        if self.find(data) < 0 and data in ("__proto__", "constructor"):
            raise TypeError("the callback is not a function")
        super().pong(data)


class StrayPong(Exact):
    def pong(self, data):
        if self.find(data) < 0:
            raise KeyError(data)
        super().pong(data)


class PeersPing(Exact):
    def recv_ping(self, data):
        super().recv_ping(data)
        self.pong(data)


class DefaultPayload(Exact):
    def ping(self, n, data):
        if data == "" and self.find("b") < 0:
            self.send(n, "b")
        else:
            super().ping(n, data)


class TooLong(Exact):
    def ping(self, n, data):
        if len(data) == 126:
            self.send(n, data)
        else:
            super().ping(n, data)


class PrefixMatches(Exact):
    def pong(self, data):
        self.matching(lambda pending: pending == data or data != "" and pending.startswith(data))


class CString(Exact):
    def pong(self, data):
        self.matching(lambda pending: pending.partition("\0")[0] == data.partition("\0")[0])


class EmptyIsNone(Exact):
    def pong(self, data):
        if data:
            super().pong(data)


class AcksEarlier(Exact):
    def pong(self, data):
        for _ in range(self.find(data) + 1):
            self.acknowledge(0)


class NewestOnly(Exact):
    def pong(self, data):
        i = self.find(data)
        if i == len(self.entries) - 1:
            self.acknowledge(i)


class CancelTakesNewest(Exact):
    def cancel(self, n):
        if any(number == n for _, number in self.entries):
            self.seen.append((n, "cancelled"))
            self.entries.pop()


class EighthEntry(Exact):
    def ping(self, n, data):
        super().ping(n, data)
        if len(self.entries) == 8:
            del self.entries[0]


class ThirdRefusal(Exact):
    def __init__(self):
        super().__init__()
        self.refused = {}

    def ping(self, n, data):
        i = self.find(data)
        super().ping(n, data)
        if i >= 0:
            self.refused[data] = self.refused.get(data, 0) + 1
            if self.refused[data] == 3:
                del self.entries[i]


MUTANTS = {
    "specimen/exact": Exact,
    "tracking/second-pong": SecondPong,
    "tracking/cancelled-stays": CancelledStays,
    "tracking/inherited-name": InheritedName,
    "tracking/stray-pong": StrayPong,
    "tracking/peers-ping": PeersPing,
    "tracking/default-payload": DefaultPayload,
    "tracking/too-long": TooLong,
    "tracking/prefix-matches": PrefixMatches,
    "tracking/c-string": CString,
    "tracking/empty-is-none": EmptyIsNone,
    "tracking/acks-earlier": AcksEarlier,
    "tracking/newest-only": NewestOnly,
    "tracking/cancel-takes-newest": CancelTakesNewest,
    "deep/eighth-entry": EighthEntry,
    "deep/third-refusal": ThirdRefusal,
}


class Model:
    """What is right, kept in another form: a dict of the pending by payload."""

    def __init__(self):
        self.pending = {}

    def ping(self, n, data):
        if len(data) > 125:
            return [(n, "too-long")]
        if data in self.pending:
            return [(n, "duplicate")]
        self.pending[data] = n
        return [("ping", data)]

    def cancel(self, n):
        for data, number in self.pending.items():
            if number == n:
                del self.pending[data]
                return [(n, "cancelled")]
        return []

    def pong(self, data):
        return [(self.pending.pop(data), "acked")] if data in self.pending else []

    def recv_ping(self, data):
        return [("pong", data)]

    def end(self):
        return [(number, "failed") for number in self.pending.values()]


class Tally:
    """Executions and ops, and what they were at the first failure."""

    def __init__(self):
        self.executions = self.ops = self.length = self.last = 0
        self.first = None

    def fail(self):
        self.last = self.length
        if self.first is None:
            self.first = (self.executions, self.ops)


payloads = strategies.sampled_from(SPECIAL) | strategies.text(strategies.characters(max_codepoint=255), max_size=4)
backs = strategies.integers(0, 9)


def machine(subject, tally):
    """Whoever refers to a ping counts back from the newest, as in the other engines."""

    class Machine(RuleBasedStateMachine):
        @initialize()
        def open(self):
            tally.executions += 1
            tally.length = 0
            self.subject, self.model, self.pings, self.failed = subject(), Model(), [], False

        def both(self, op, *arguments):
            if op != "end":
                tally.ops += 1
                tally.length += 1
            self.subject.seen = []
            want = getattr(self.model, op)(*arguments)
            try:
                getattr(self.subject, op)(*arguments)
                assert self.subject.seen == want, (op, self.subject.seen, want)
            except Exception:
                tally.fail()
                self.failed = True
                raise

        def teardown(self):
            if not self.failed:
                self.both("end")

        def target(self, back):
            return max(1, len(self.pings) - back)

        def echo(self, back):
            return self.pings[self.target(back) - 1] if self.pings else ""

        @rule(data=payloads)
        def ping(self, data):
            self.pings.append(data)
            self.both("ping", len(self.pings), data)

        @rule(back=backs)
        def ping_again(self, back):
            self.ping(self.echo(back))

        @rule(back=backs)
        def cancel(self, back):
            self.both("cancel", self.target(back))

        @rule(back=backs)
        def pong(self, back):
            self.both("pong", self.echo(back))

        @rule(back=backs, n=strategies.integers(0, 4))
        def pong_cut(self, back, n):
            self.both("pong", self.echo(back)[:n])

        @rule(back=backs, tail=strategies.sampled_from(["\0", "a", "\n"]))
        def pong_longer(self, back, tail):
            self.both("pong", self.echo(back) + tail)

        @rule(data=payloads)
        def pong_any(self, data):
            self.both("pong", data)

        @rule(data=payloads)
        def recv_ping(self, data):
            self.both("recv_ping", data)

    return Machine


def hunt(name, start, examples, shrink):
    tally = Tally()
    limits = settings(
        max_examples=examples, phases=[Phase.generate] + [Phase.shrink] * shrink, deadline=None, database=None, verbosity=Verbosity.quiet, suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(start)(machine(MUTANTS[name], tally)), settings=limits)
    except Exception:
        if tally.first is None:
            raise
    executions, ops = tally.first or (tally.executions, tally.ops)
    print(int(tally.first is not None), executions, ops, tally.last, tally.executions - executions)


if __name__ == "__main__":
    if sys.argv[1:] == ["list"]:
        print("\n".join(MUTANTS))
    else:
        hunt(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "shrink" in sys.argv)
