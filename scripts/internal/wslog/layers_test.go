package wslog

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCarriersAreSplitOff(t *testing.T) {
	for _, tc := range []struct{ line, source, rest string }{
		{"[pod/gw-0/gw]   File x", "pod/gw-0/gw", "  File x"},
		{"[pod/gw-0/gw] ", "pod/gw-0/gw", ""},
		{"server-1    | DEBUG: x", "server-1", "DEBUG: x"},
		{"Nov 30 12:00:00 gw-7 gw[4121]: x", "gw-7 gw 4121", "x"},
		{"2026-11-30T20:33:52.354000+00:00 app[web.1]: x", "app web.1", "x"},
		{"2026-11-30T20:33:52.354Z stderr F server-1 | x", "stderr F server-1", "x"},
		{"DEBUG | x", "", "DEBUG | x"},
		{"2026-11-30 20:33:52 | DEBUG | x", "", "2026-11-30 20:33:52 | DEBUG | x"},
		{"> PING 61 [binary, 1 byte]", "", "> PING 61 [binary, 1 byte]"},
	} {
		carrier, source, rest := splitCarrier(tc.line)
		if source != tc.source || rest != tc.rest || carrier+rest != tc.line {
			t.Errorf("%q: want source %q and rest %q, got %q and %q", tc.line, tc.source, tc.rest, source, rest)
		}
	}
}

func TestColumnsOfPrefixes(t *testing.T) {
	for _, tc := range []struct {
		prefix string
		want   []column
	}{
		{"2026-03-02 00:26:17,013 [DEBUG   ] 14926 140488036312640 protocol: ", []column{{"number1", "14926"}, {"number2", "140488036312640"}}},
		{"30/Nov/2026:20:34:13 +0000 DEBUG websockets.server - ", nil},
		{"Mon, 30 Nov 2026 20:34:13 GMT conn=7 level=DEBUG ", []column{{".conn", "7"}}},
		{"1701345603.123 10.0.0.1:51762 - ", []column{{"addr1", "10.0.0.1:51762"}}},
		{"[Thread-3] protocol.py:745 1f0c2d3e-4f5a-6789-abcd-ef0123456789 ", []column{{"word1", "Thread-3"}, {"uuid1", "1f0c2d3e-4f5a-6789-abcd-ef0123456789"}}},
	} {
		if d := cmp.Diff(tc.want, columnsOf(tc.prefix), cmp.AllowUnexported(column{})); d != "" {
			t.Errorf("%q: (-want +got)\n%s", tc.prefix, d)
		}
	}
}

func TestPayloadsAreNotUnwrapped(t *testing.T) {
	for _, s := range []string{
		`DEBUG > PING '&gt;' [text, 4 bytes]`, `DEBUG > PING '#012' [text, 4 bytes]`, `DEBUG > TEXT '{"message":"< PONG 61 [binary, 1 byte]"}' [40 bytes]`,
		`DEBUG > TEXT 'msg="< PONG 61 [binary, 1 byte]"' [30 bytes]`, `DEBUG < TEXT '"a","< PONG 61 [binary, 1 byte]"' [32 bytes]`,
	} {
		if got := unwrapLine(s); len(got) != 1 || got[0] != s {
			t.Errorf("%s: a payload was taken for a wrapper: %q", s, got)
		}
	}
}

func TestColoursGo(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[1;36mDEBUG\x1b[0m x\x1b[K": "DEBUG x", "[36mDEBUG[0m [4 bytes]": "DEBUG [4 bytes]", "#033[31mx#033[0m": "x", "^[[31mx^[[m": "x",
		"> TEXT 'x' [4 bytes] [m1]": "> TEXT 'x' [4 bytes] [m1]", "a\u00a0b": "a b",
	} {
		if got := cleanText(in); got != want {
			t.Errorf("%q: want %q, got %q", in, want, got)
		}
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	deep := strings.Repeat("[", 1<<16)
	d := newDocument(bufio.NewReader(strings.NewReader(deep)))
	d.seen, d.row, d.field = func(int, fields) {}, func(int, string, string) {}, func(string, any) {}
	if cut, err := d.read(); cut != 1 || err != nil {
		t.Errorf("values nested too deep: want an end in line 1, got line %d, %v", cut, err)
	}
	short, err := io.ReadAll(&shortStrings{in: bufio.NewReader(strings.NewReader(`{"a":"` + strings.Repeat(`\"x`, MaxLine) + `","b":1}`))})
	if err != nil || len(short) > MaxLine+100 || !strings.HasSuffix(string(short), `","b":1}`) {
		t.Errorf("a long string has %d bytes and ends with %q, %v", len(short), short[len(short)-8:], err)
	}
}

func TestLineNumbersOfDocuments(t *testing.T) {
	l, err := Read(strings.NewReader("[\n {\n  \"message\": \"= connection is OPEN\"\n },\n {\n  \"message\": \"> PING 61 [binary, 1 byte]\"\n }\n]\n"))
	if err != nil || len(l.Connections) != 1 || l.Connections[0].First != 2 || l.Connections[0].Frames[0].Line != 5 {
		t.Errorf("want lines 2 and 5, got %+v, %v", l, err)
	}
}

func TestManyMarksCostLittle(t *testing.T) {
	if l := sortLine(strings.Repeat("- x ", maxMarks) + "> PING 61 [binary, 1 byte]"); l.kind != otherLine {
		t.Errorf("a message behind %d marks was found: the work is not bounded", maxMarks)
	}
}
