package wslog

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pongcheck/pongcheck/frame"
)

func TestReadRefuses(t *testing.T) {
	for _, tc := range []struct {
		what string
		log  interface{ Read([]byte) (int, error) }
		kind error
		line int
	}{
		{"nothing", strings.NewReader(""), ErrNotLog, 0},
		{"a text", strings.NewReader("hello\nworld"), ErrNotLog, 2},
		{"a binary file", strings.NewReader("\x7fELF\x02\x01\x00\n\x00\x01"), ErrNotLog, 1},
		{"an endless line", &repeat{text: "x", n: 8 * MaxLine}, ErrNotLog, 1},
	} {
		_, err := Read(tc.log)
		e := new(Error)
		if !errors.As(err, &e) || !errors.Is(err, tc.kind) || e.Line != tc.line {
			t.Errorf("%s: want %v in line %d, got %v", tc.what, tc.kind, tc.line, err)
		}
	}
	if _, err := Read(iotest.ErrReader(errors.New("broken"))); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("the reader's error is lost: %v", err)
	}
}

func TestReadIsBounded(t *testing.T) {
	r := reader{events: make([]event, MaxFrames)}
	if err := r.readText("", "> TEXT '' [0 bytes]", "> TEXT '' [0 bytes]"); !errors.Is(err, ErrTooMuch) {
		t.Errorf("one frame too many: want %v, got %v", ErrTooMuch, err)
	}
}

// repeat reads as n times a text.
type repeat struct {
	text string
	n    int
	rest string
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.rest == "" {
		k := min(r.n, 1000)
		r.n -= k
		r.rest = strings.Repeat(r.text, k)
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func TestReadCleans(t *testing.T) {
	l, err := Read(strings.NewReader("\ufeff\x1b[32mDEBUG\x1b[0m \x1b[36m= connection is OPEN\x1b[0m\r\n> PING 61 [binary, 1 byte]\r\n"))
	if err != nil || len(l.Connections) != 1 || !l.Connections[0].Begun || len(l.Connections[0].Frames) != 1 {
		t.Errorf("colours, a byte order mark and CR are in the way: %+v, %v", l, err)
	}
}

func TestPayloads(t *testing.T) {
	whole := func(s string) Pattern { return Pattern{Head: s, Len: len(s)} }
	for _, tc := range []struct {
		text string
		want Pattern
	}{
		{`PING '' [0 bytes]`, Pattern{}},
		{`PING 0d 90 0f 00 [binary, 4 bytes]`, whole("\r\x90\x0f\x00")},
		{`PING 'caf\xe9 ü \u200b\U0001f600\\\n' [text, 18 bytes]`, whole("caf\u00e9 ü \u200b\U0001F600\\\n")},
		{`PING 61 62 [binary, 99 bytes]`, Pattern{Len: 99}}, // two dummy bytes may be among them
		{`PING 61 6...2 63 [binary, 9 bytes]`, Pattern{"a", "c", 9}},
		{`PING 61 62...62 63 [binary, 3 bytes]`, Pattern{Len: 3}},
		{`PING 'abc...ff' [text, 9 bytes]`, Pattern{Len: 9}}, // not two thirds and one
		{`PING 'abc...' [text, 6 bytes]`, whole("abc...")},
		{`PING 'ghijklmno\x...d\x01' [text, 99 bytes]`, Pattern{"ghijklmno", "\x01", 99}}, // an escape is cut,
		{`PING 'ghijklmno...\\xq\' [text, 99 bytes]`, Pattern{Len: 99}},
		{`CLOSE 1000 (OK) bye [5 bytes]`, whole("\x03\xe8bye")},
		{`CLOSE 1000 (OK) b...e [99 bytes]`, Pattern{Head: "\x03\xe8", Len: 99}},
		{`CLOSE 1005 (no status received [internal]) [0 bytes]`, Pattern{}},
		{`CLOSE 99999 (unknown) [2 bytes]`, Pattern{Len: 2}},
		{`TEXT 'whatever' [8 bytes, continued]`, Pattern{Len: 8}},
		{`Frame(fin=False, opcode=0, data=b'\x00"', rsv1=False)`, Pattern{Len: 2}},
		{`Frame(opcode=<Opcode.PONG: 10>, data=bytearray(b"it's"), fin=True)`, whole("it's")},
	} {
		l := sortLine("> " + tc.text)
		if l.kind != frameLine || l.frame.Data != tc.want {
			t.Errorf("%s: want %+v, got %+v (kind %d)", tc.text, tc.want, l.frame.Data, l.kind)
		}
	}
	for _, torn := range []string{
		`PING 61`, `PING  [1 byte]`, `PING 61 [1 byte`, `PING zz [1 byte]`, `PING x [0 bytes]`, `Frame(opcode=9)`,
		`Frame(opcode=9, data=b'a`, `Frame(opcode=9, data=b'a'`, `Frame(data=b'a')`, `Frame(opcode=3, data=b'a')`, `Frame(opcode=9, data=b'\q')`,
	} {
		if l := sortLine("> " + torn); l.kind != tornLine {
			t.Errorf("%s: want a frame that cannot be read, got kind %d, %+v", torn, l.kind, l.frame)
		}
	}
}

func TestMayEqual(t *testing.T) {
	for _, tc := range []struct {
		a, b Pattern
		want bool
	}{
		{Pattern{"abc", "", 3}, Pattern{"abc", "", 3}, true},
		{Pattern{"abc", "", 3}, Pattern{"abd", "", 3}, false},
		{Pattern{"ab", "yz", 9}, Pattern{"abc", "z", 9}, true},
		{Pattern{"ab", "yz", 9}, Pattern{"ab", "yz", 8}, false},
		{Pattern{"ab", "yz", 9}, Pattern{"ab", "xz", 9}, false},
		{Pattern{"ab", "yz", 6}, Pattern{"ab__yz", "", 6}, true},
		{Pattern{"ab", "yz", 6}, Pattern{"ab__yy", "", 6}, false},
		{Pattern{Len: 6}, Pattern{"ab__yy", "", 6}, true},
	} {
		if got := tc.a.MayEqual(tc.b); got != tc.want || tc.b.MayEqual(tc.a) != got {
			t.Errorf("%+v and %+v may be equal: want %v", tc.a, tc.b, tc.want)
		}
	}
}

func TestStandInsOfShortenedPayloadsAreNoEvidence(t *testing.T) {
	p := Pattern{Head: strings.Repeat("a", 90), Tail: strings.Repeat("b", 90), Len: 1 << 40}
	q := p
	q.Len++
	a, b := p.standIn(), q.standIn()
	if len(a) > frame.MaxControl || a == b || a != p.standIn() {
		t.Errorf("stand-ins %x and %x: want no more than a control frame takes, others for another length, and equal ones for equal patterns", a, b)
	}
}

func TestUndecided(t *testing.T) {
	log := func(lines ...string) *Connection {
		l, err := Read(strings.NewReader("= connection is OPEN\n" + strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		return l.Connections[0]
	}
	var owed, strays, busy []string
	for i := range 5000 {
		ping := fmt.Sprintf("> PING 'ping %d' [text, %d bytes]", i, len(fmt.Sprint("ping ", i)))
		owed = append(owed, ping)
		strays = append(strays, "< PONG 'stray' [text, 5 bytes]")
		busy = append(busy, ping, strings.Replace(ping, "> PING", "< PONG", 1))
	}
	if r := log(owed...).Judge(Peer); r.Undecided != maxOwed+2 {
		t.Errorf("with too many Pings open: want undecided from line %d on, got %d", maxOwed+2, r.Undecided)
	}
	if r := log(strays...).Judge(Peer); r.Undecided != maxStrays+2 {
		t.Errorf("with too many stray Pongs: want undecided from line %d on, got %d", maxStrays+2, r.Undecided)
	}
	if r := log(busy...).Judge(Peer); r.Undecided != 0 || len(r.Findings) != 0 || r.Pings != 5000 {
		t.Errorf("a long log with honest answers: %+v", r)
	}
}
