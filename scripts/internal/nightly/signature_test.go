package nightly

import "testing"

func TestSignature(t *testing.T) {
	for _, c := range []struct{ why, out, want string }{
		{"the harness tells it", "=== RUN   FuzzX/a\n=== ATTR  FuzzX/a pongcheck.signature waiter.once at pong\n    x_test.go:7: FAILED waiter.once\n--- FAIL", "waiter.once at pong"},
		{"numbers, hex and quoted text depend on the input", "=== RUN   FuzzX/a\n    x_test.go:7: wrong length: 14, want 15 of \"abc\"\n", "x_test.go:7 wrong length"},
		{"hex may be all letters", "    x_test.go:7: lost fade: it\n", "x_test.go:7 lost"},
		{"a value follows", "    x_test.go:7: got x=\n", "x_test.go:7 got"},
		{"a panic is named by its function", `--- FAIL: FuzzX (0.00s)
    --- FAIL: FuzzX/a (0.00s)
panic: runtime error: index out of range [100] with length 3 [recovered, repanicked]

goroutine 8 [running]:
testing.tRunner.func1.2({0x5c1d60, 0xc0000100c0})
	/usr/local/go/src/testing/testing.go:1872 +0x237
panic({0x5c1d60?, 0xc0000100c0?})
	/usr/local/go/src/runtime/panic.go:783 +0x132
example.com/m/sub.(*Reader).Last(...)
	/src/m/sub/sub.go:6
example.com/m/sub.FuzzLast.func1(0x0?, {0xc000012345, 0x3, 0x4})
	/src/m/sub/sub_test.go:8 +0x45
`, "panic: runtime error index out in sub.(*Reader).Last"},
		{"functions that race", `==================
WARNING: DATA RACE
Write at 0x00c000014128 by goroutine 9:
  example.com/m.(*T).put()
      /src/m/t.go:12 +0x44

Previous write at 0x00c000014128 by goroutine 8:
  example.com/m.(*T).get()
      /src/m/t.go:19 +0x44
==================
    testing.go:1617: race detected during execution of test
`, "data race in m.(*T).put, m.(*T).get"},
		{"colours and titles are no part of a message", "    x_test.go:7: \x1b[31mred \u202ealert\x1b]0;title\x07 here\n", "x_test.go:7 red alert here"},
		{"a message behind a title", "\x1b]0;t\x07    x_test.go:7: \x1b[1mbold\n", "x_test.go:7 bold"},
		{"a message behind a line without an end", "abc\x9b    x_test.go:7: lost\n", "x_test.go:7 lost"},
		{"a panic in colour", "panic: \x1b[31m\rred alert\n", "panic: red alert"},
		{"a time limit", "panic: test timed out after 10s\nrunning tests:\n", "hang"},
		{"memory", "runtime: out of memory: cannot allocate 4194304-byte block\nfatal error: out of memory\n", "out of memory"},
		{"silence", "", "failed without a word"},
	} {
		if got := newFailure(c.out, false).signature; got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	if f := newFailure("", true); f.signature != "hang" || f.refineState(Stable) != Hang {
		t.Errorf("what was killed at its limit: %+v", f)
	}
}
