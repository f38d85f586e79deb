package driver

import "testing"

func TestLastWords(t *testing.T) {
	for _, c := range []struct{ language, stderr, want string }{
		{"Go", "2026/12/01 listening\npanic: close of closed channel\n\ngoroutine 7 [running]:\nmain.(*conn).pong(...)\n\t/src/conn.go:88\nexit status 2\n", "close of closed channel"},
		{"Go, fatal", "fatal error: concurrent map writes\n\ngoroutine 18 [running]:\nmain.main()\n\t/src/main.go:9 +0x1c\n", "concurrent map writes"},
		{"Rust", "\nthread 'main' panicked at src/ping.rs:41:17:\nindex out of bounds: the len is 4 but the index is 4\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n", "index out of bounds: the len is 4 but the index is 4"},
		{"Rust 1.90", "thread 'tokio-runtime-worker' (5132) panicked at src/ping.rs:41:17:\ncalled `Option::unwrap()` on a `None` value\nnote: run with `RUST_BACKTRACE=1`\n", "called `Option::unwrap()` on a `None` value"},
		{"Rust 1.70", "thread 'main' panicked at 'no such ping', src/ping.rs:41:17\nnote: run with `RUST_BACKTRACE=1`\n", "no such ping"},
		{"Java", "Exception in thread \"main\" java.lang.IllegalStateException: closed\n\tat Conn.pong(Conn.java:88)\n\tat Main.main(Main.java:9)\n", "java.lang.IllegalStateException: closed"},
		{"Java, caused", "Exception in thread \"main\" java.lang.RuntimeException: read\n\tat Main.main(Main.java:9)\nCaused by: java.lang.NullPointerException: ping\n\tat Conn.pong(Conn.java:88)\n\t... 1 more\n", "java.lang.NullPointerException: ping"},
		{"Node", "/src/conn.js:88\n    this.pings.get(data).resolve();\n                        ^\n\nTypeError: Cannot read properties of undefined (reading 'resolve')\n    at Conn.pong (/src/conn.js:88:25)\n    at node:internal/main:23:47\n\nNode.js v20.11.1\n", "TypeError: Cannot read properties of undefined (reading 'resolve')"},
		{"C++", "terminate called after throwing an instance of 'std::out_of_range'\n  what():  map::at\nAborted\n", "map::at"},
		{"C", "=================================================================\n==123==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60200\n    #0 0x4f in pong ping.c:88\n==123==ABORTING\n", "AddressSanitizer: heap-buffer-overflow on address 0x60200"},
		{"Python", "Traceback (most recent call last):\n  File \"driver.py\", line 88, in pong\n    waiter.set_result(None)\nasyncio.InvalidStateError: invalid state\n", "asyncio.InvalidStateError: invalid state"},
		{"any other", "opening\ncannot go on\n\n", "cannot go on"},
		{"nothing", "", ""},
	} {
		if got := lastWords(c.stderr); got != c.want {
			t.Errorf("%s: got %q, want %q", c.language, got, c.want)
		}
	}
}
