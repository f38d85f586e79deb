"""python3 -m unittest, in this folder. Drivers are skipped if what they drive cannot be imported."""

import collections
import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

import pongcheck_forms as forms
import pongcheck_kit as kit

HERE = pathlib.Path(__file__).parent


def lines(text):
    return textwrap.dedent(text).strip("\n").splitlines()


class Forms(unittest.TestCase):
    def test_relations(self):
        pings, kept = [b"\x0d\x90\x0f\x00", None, b"", b"\x01"], [b"\xff"]
        for relation, want in {
            "$1": "0d900f00",
            "$1[:3]": "0d900f",
            "$1[:0]": "-",
            "$1[:9]": "0d900f00",
            "$1+00": "0d900f0000",
            "$1^0": "0c900f00",
            "$1^31": "0d900f80",
            "$1^32": "0c900f00",
            "$2": "-",
            "$2+61": "61",
            "$3^5": "-",
            "$4[:1]": "01",
            "$5": "-",
            "$5+00": "00",
            "$k1": "ff",
            "$k1^7": "7f",
            "$k2": "-",
        }.items():
            self.assertEqual(forms.written(forms.related(relation, pings, kept)), want, relation)
        for text in ("$", "$x", "$1[3]", "$1[:]", "$1^", "$1+", "$1+0", "1"):
            with self.assertRaises(forms.Malformed, msg=text):
                forms.related(text, pings, kept)

    def test_relations_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as table:
            table.write("# a comment\n\nafter 0d90 *=61 * k=65 : $2+00 = 6100\nafter * k=65 k=66 : cancel k3 = 1\n")
            table.flush()
            self.assertEqual(kit.check_relations(table.name), 0)
            table.write("after : $1 = 61\n")
            table.flush()
            with contextlib.redirect_stdout(io.StringIO()) as out:
                self.assertEqual(kit.check_relations(table.name), 1)
            self.assertEqual(out.getvalue(), f"{table.name}:5: got -, want 61\n")

    def test_shared_relations(self):
        table = HERE.parents[2] / "model" / "testdata" / "relations.txt"
        if not table.exists():
            self.skipTest(f"{table} is missing")
        self.assertEqual(kit.check_relations(table), 0)

    def test_payloads(self):
        for text, want in {
            "-": b"",
            "0d90": b"\x0d\x90",
            "61*3": b"aaa",
            "6162*2": b"abab",
            '"a b"': b"a b",
            r'"\x00\"\\\n\101é\u00e9"': b'\x00"\\\nA\xc3\xa9\xc3\xa9',
        }.items():
            self.assertEqual(forms.literal(text), want, text)
        for text in ("0", "zz", "61*", "61*-1", "61*131072", '"', ""):
            with self.assertRaises(forms.Malformed, msg=text):
                forms.literal(text)
        self.assertEqual(forms.written(b"a" * 17), "61*17")
        self.assertEqual(forms.written(b"a" * 16), "61" * 16)

    def test_durations(self):
        for text, ns in {
            "0s": 0,
            "20ms": 20_000_000,
            "1.5s": 1_500_000_000,
            "1m30s": 90_000_000_000,
            "2h0m0.000000001s": 7_200_000_000_001,
            "15us": 15_000,
            "7ns": 7,
        }.items():
            self.assertEqual(forms.nanoseconds(text), ns, text)
            self.assertEqual(forms.duration(ns), text)
        for text in ("", "1", "s", "1x", "-1s", "1s2"):
            with self.assertRaises(forms.Malformed, msg=text):
                forms.nanoseconds(text)

    def test_frames_arrive_in_any_pieces(self):
        wire = b"".join(
            forms.frame(opcode, payload, True, fin)
            for opcode, payload, fin in [
                (forms.PING, b"\x0d\x90", True),
                (forms.TEXT, b"", False),
                (forms.CONT, b"a" * 300, True),
                (forms.CLOSE, b"\x03\xe8bye", True),
                (forms.CLOSE, b"", True),
                (forms.CLOSE, b"\x03", True),
                (forms.BINARY, bytes(70000), True),
            ]
        )
        want = ["ping 0d90", "text - fin=0", "cont 61*300", "close 1000 627965", "close -", "op8 03", "binary 00*70000"]
        for size in (1, 7, len(wire)):
            buffer, seen = bytearray(), []
            for at in range(0, len(wire), size):
                buffer += wire[at : at + size]
                seen += [text for _, _, text in forms.frames(buffer, True)]
            self.assertEqual(seen, want)
            self.assertFalse(buffer)

    def test_oddities_are_shown(self):
        for wire, want in {
            "8900": "ping -",
            "0900": "ping - fin=0",
            "f900": "ping - rsv=7",
            "c10161": "text 61 rsv=4",
            "898037fa213d": "ping - mask=wrong",
            "897e000161": "ping 61 len=16",
            "897f000000000000000161": "ping 61 len=64",
            "8b0161": "op11 61",
        }.items():
            self.assertEqual([text for _, _, text in forms.frames(bytearray.fromhex(wire), False)], [want])


class Echo:
    """A subject that answers Pings, and has no cancel."""

    def __init__(self, trace):
        self.trace = trace
        self.ns = 0
        trace.now = lambda: self.ns

    def ping(self, n, payload):
        payload = b"chosen" if payload is None else payload
        self.trace.wrote(forms.frame(forms.PING, payload, not self.trace.server), n)

    def receive(self, data):
        for opcode, payload, _ in forms.frames(bytearray(data), self.trace.server):
            if opcode == forms.PING:
                self.trace.wrote(forms.frame(forms.PONG, payload, not self.trace.server))
            elif opcode == forms.PONG:
                self.trace.say(f"message binary {forms.written(payload)}")

    def advance(self, ns):
        self.ns += ns // 2
        self.trace.wrote(forms.frame(forms.PING, b"k", not self.trace.server))
        self.ns += ns - ns // 2

    def settle(self):
        pass

    def end(self):
        self.trace.wrote(b"\x89")

    def abandon(self):
        pass


class Conversation(unittest.TestCase):
    maxDiff = None

    def ask(self, text):
        driver = kit.Driver(Echo)
        for line in lines(text):
            driver.line(line)
        return driver.answers

    def test_golden(self):
        self.assertEqual(
            self.ask(
                """
                trace 17 role=client unknown=1
                ping *
                ping 0d900f00
                pong $1[:2]
                recv-ping $2+00   # a comment
                cancel 7
                advance 3s
                recv-ping $k1
                peer-close
                end
                """
            ),
            lines(
                """
                trace 17
                ping *
                  > ping 63686f73656e
                ping 0d900f00
                  > ping 0d900f00
                pong $1[:2]
                  < 6368
                  message binary 6368
                recv-ping $2+00   # a comment
                  < 0d900f0000
                  > pong 0d900f0000
                cancel 7
                  unsupported
                advance 3s
                  > ping 6b @1.5s
                recv-ping $k1
                  < 6b
                  > pong 6b
                peer-close
                end
                  > part 89
                done 17
                """
            ),
        )

    def test_a_malformed_line_costs_its_trace_and_no_other(self):
        for bad in "pnig 61|ping|ping 61 62|msg 61|pong *|close 0|cancel 0|advance x|cont 61 z".split("|"):
            with self.subTest(bad):
                answers = self.ask(f"trace 1\n{bad}\nping 61\nend\ntrace 2\nping 61\nend")
                self.assertEqual(answers[:2], ["trace 1", bad])
                self.assertRegex(answers[2], "^error 2: ")
                self.assertEqual(answers[3:], ["trace 2", "ping 61", "  > ping 61", "end", "  > part 89", "done 2"])

    def test_a_trace_without_end(self):
        answers = self.ask("trace 1\ntrace 2\nend")
        self.assertEqual(answers, ["trace 1", "error 2: trace 1 has no end", "trace 2", "end", "  > part 89", "done 2"])


    def test_cancel_counts_modulo(self):
        class Cancelling(Echo):
            def cancel(self, n):
                self.trace.say(f"{n} cancelled")

        driver = kit.Driver(Cancelling)
        text = "trace 1\ncancel 2\ncancel k1\nping *\nping 61\nping 62\ncancel 3\ncancel 4\nadvance 1s\nadvance 1s\ncancel k2\ncancel k5"
        for line in text.split("\n"):
            driver.line(line)
        seen = [line for line in driver.answers if "cancel" in line]
        none = ["cancel 2", "cancel k1"]
        calls = ["cancel 3", "  3 cancelled", "cancel 4", "  1 cancelled"]
        kept = ["cancel k2", "  k2 cancelled", "cancel k5", "  k1 cancelled"]
        self.assertEqual(seen, none + calls + kept)

    def test_joined_bytes_come_in_one_read(self):
        class Counting(Echo):
            def receive(self, data):
                self.trace.say(f"message binary {len(data):02x}")

        driver = kit.Driver(Counting)
        text = "trace 1\npong 61 join\nrecv-ping 61 join\npeer-close\npong 61\npong 61 join\nmsg binary 61 z\nend"
        for line in text.split("\n"):
            driver.line(line)
        seen = [line for line in driver.answers if line.startswith("  ") and "part" not in line]
        self.assertEqual(seen, ["  message binary 14", "  message binary 07", "  unsupported", "  message binary 07"])

    def test_a_choice_is_empty_until_its_frame_is_seen(self):
        class Stalling(Echo):
            def ping(self, n, payload):
                if n > 1:  # a second one makes the first go, and after it another nobody asked for
                    for owner, payload in (1, b"one"), (n, b"two"), (None, b"kept"):
                        self.trace.wrote(forms.frame(forms.PING, payload, not self.trace.server), owner)

        driver = kit.Driver(Stalling)
        for line in "trace 1\nping *\npong $1^7\npong $k1\nping *\npong $1\npong $2\npong $k1".split("\n"):
            driver.line(line)
        became = [line for line in driver.answers if "<" in line]
        self.assertEqual(became, ["  < -", "  < -", "  < 6f6e65", "  < 74776f", "  < 6b657074"])


class Process(unittest.TestCase):
    def run_subject(self, step, text):
        program = f"""
            import pongcheck_kit as kit
            from test_kit import Echo
            class Subject(Echo):
                def settle(self):
                    {step}
            kit.run(Subject, "echo 1", "clock=virtual", "frames")
        """
        command = [sys.executable, "-c", textwrap.dedent(program)]
        return subprocess.run(command, input=text, capture_output=True, text=True, cwd=HERE, timeout=60)

    def test_a_hang_ends_the_process_and_shows_where(self):
        run = self.run_subject("raise kit.Hang", "trace 1\nping 61\nend\n")
        self.assertEqual(run.returncode, 3)
        self.assertTrue(run.stdout.endswith("trace 1\nping 61\n  > ping 61\n  ! hang\n"), run.stdout)

    def test_a_hang_that_is_found_twice_is_told_once(self):
        program = """
            import threading, time, types
            import pongcheck_kit as kit
            driver = types.SimpleNamespace(answers=["  > ping 61"] * 100_000)
            for _ in range(2):
                threading.Thread(target=kit.hang, args=(driver, 1)).start()
            time.sleep(60)
        """
        command = [sys.executable, "-c", textwrap.dedent(program)]
        run = subprocess.run(command, capture_output=True, text=True, cwd=HERE, timeout=60)
        counts = collections.Counter(run.stdout.splitlines())
        self.assertEqual(counts, {"  > ping 61": 100_000, "  ! hang": 1})

    def test_what_the_library_prints_is_not_in_the_conversation(self):
        run = self.run_subject("print('noise')", "trace 1\nend\n")
        self.assertEqual(run.stdout.splitlines()[-4:], ["trace 1", "end", "  > part 89", "done 1"])
        self.assertEqual(run.stderr, "noise\n")

    def test_a_mistake_of_ours_is_not_hidden(self):
        run = self.run_subject("self.oops", "trace 1\nping 61\n")
        self.assertNotIn("!", run.stdout)
        self.assertIn("AttributeError", run.stderr)
        self.assertNotEqual(run.returncode, 0)


class Drivers(unittest.TestCase):
    """The incident, as every connection of python-websockets shows it."""

    TRACE = """
        trace 1
        ping 0d900f00
        ping 61
        cancel 1
        pong $1[:3]
        pong $1
        recv-ping 62
        pong $2
        end
    """

    def drive(self, name):
        run = subprocess.run(
            [sys.executable, HERE / f"websockets_{name}.py"],
            input="\n".join(lines(self.TRACE)) + "\n",
            capture_output=True,
            text=True,
            env=os.environ,
            timeout=60,
        )
        if "ModuleNotFoundError" in run.stderr:
            self.skipTest(run.stderr.splitlines()[-1])
        self.assertEqual(run.stderr, "")
        answers = run.stdout.splitlines()
        head = " ".join(line.split()[0] for line in answers[:6])
        self.assertEqual(head, "pongcheck-driver subject runtime can sees ready")
        self.assertEqual(answers[-1], "done 1")
        return answers[1], answers[6:]

    def test_asyncio(self):
        subject, answers = self.drive("asyncio")
        if subject.endswith((" 14.0", " 14.1")):
            self.assertIn("  ! data_received InvalidStateError: invalid state", answers)
            return
        self.healthy(answers, "  1 cancelled", " 0s")

    def test_legacy(self):
        self.healthy(self.drive("legacy")[1], "  1 cancelled", " 0s")

    def test_trio(self):
        self.healthy(self.drive("trio")[1], "  1 cancelled", "")

    def test_threading(self):
        self.healthy(self.drive("threading")[1], "  unsupported", "")

    def healthy(self, answers, cancelled, latency):
        before = ["trace 1", "ping 0d900f00", "  > ping 0d900f00", "ping 61", "  > ping 61", "cancel 1", cancelled]
        truncated = ["pong $1[:3]", "  < 0d900f"]
        acked = ["  1 acked"] if cancelled == "  unsupported" else []
        late = ["pong $1", "  < 0d900f00", *acked]
        after = ["recv-ping 62", "  > pong 62", "pong $2", "  < 61", f"  2 acked{latency}", "end", "  closed", "done 1"]
        self.assertEqual(answers, before + truncated + late + after)


if __name__ == "__main__":
    unittest.main()
