package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model/text"
)

const withTimes = `pongcheck-trace 1
subject mylib 1.0
config keepalive=20s/20s
ping "hi"
  > ping 6869
advance 20s
  > ping 01 @20s
  k1 failed timeout @20s
pong $1
  < 6869
  1 acked 20s
msg text "<b>"
  message text "<b>"
block
recv-ping 7a
  ! read KeyError: a
end
  > close 1011 @20s
  closed
`

func drawn(t *testing.T, transcript string, op int) *sequence {
	t.Helper()
	tr, err := text.ParseString(transcript)
	if err != nil {
		t.Fatal(err)
	}
	return newSequence(tr, op)
}

// The rows say who did what, when, with which bytes.
func TestSequenceRows(t *testing.T) {
	want := strings.TrimSpace(`
called|0s|1  ping 6869|
to-peer||ping 6869|
passed||2  advance 20s|
to-peer|20s|ping 01|
came||k1 failed timeout|
to-subject||3  pong 6869|
came||1 acked 20s|
to-subject||4  msg text 3c623e|
came||message text 3c623e|
called||5  block|
to-subject||6  recv-ping 7a|hit
broke||! read KeyError: a|hit
passed||end|
to-peer||close 1011|
came||closed|`)
	var got []string
	for _, l := range drawn(t, withTimes, 6).Lines {
		hit := ""
		if l.Hit {
			hit = "hit"
		}
		got = append(got, strings.Join([]string{string(l.Kind), l.Time, l.Label(), hit}, "|"))
	}
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
}

// However long a conversation is, what is drawn of it is bounded, and what matters is
// there.
func TestSequenceFolds(t *testing.T) {
	long := "pongcheck-trace 1\n" + strings.Repeat("ping 61\n"+strings.Repeat("  > ping 61\n", 40), 3000)
	for _, op := range []int{0, 1, 1500, 3000, 3001} {
		q := drawn(t, long, op)
		most := (sequenceFirst+sequenceBefore+sequenceAfter+1)*(sequenceOutcomes+2) + 2
		if len(q.Lines) > most {
			t.Errorf("op %d: %d rows, want %d at most", op, len(q.Lines), most)
		}
		hit, hidden := false, false
		for _, l := range q.Lines {
			hit = hit || l.Hit && l.Op == op
			hidden = hidden || strings.HasSuffix(l.Text, " more ops")
		}
		if hit != (op >= 1 && op <= 3000) || !hidden {
			t.Errorf("op %d: drawn %v, a fold %v", op, hit, hidden)
		}
	}
}

func TestLongPayloadsAreCut(t *testing.T) {
	q := drawn(t, "pongcheck-trace 1\nrecv-ping \""+strings.Repeat("<&\\x00", 2000)+"\"\n", 1)
	l := q.Lines[0]
	if n := len([]rune(l.Text)); n != seqLabel {
		t.Errorf("%d characters, want %d: %s", n, seqLabel, l.Text)
	}
	if n := len([]rune(l.Whole)); n > maxFlat || n < maxFlat/2 {
		t.Errorf("%d characters in full", n)
	}
}

// Nothing that a peer or a subject says gets out of its text.
func TestSequenceIsWellFormed(t *testing.T) {
	const hostile = "pongcheck-trace 1\nsubject </svg><script>alert(1)</script> \"'><x\n" +
		"ping \"</text><script>alert(1)</script>&\\x1b[2J\"\n  1 error other </title><script>\u202e\n  ! x z: <img src=x onerror=alert(1)>\u2028\x1b[31m\n"
	tr, err := text.ParseString(hostile)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := Sequence(tr, 1)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in:\n%s", err, svg)
		}
		start, is := token.(xml.StartElement)
		if is && !strings.Contains(" svg g text title line path rect ", " "+start.Name.Local+" ") {
			t.Errorf("an element %s in:\n%s", start.Name.Local, svg)
		}
	}
	if i := strings.IndexFunc(string(svg), isHidden); i >= 0 {
		t.Errorf("a hidden character at %q", svg[i:min(len(svg), i+20)])
	}
}

func TestShortTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 20 * time.Second: "20s", 1500 * time.Millisecond: "1.5s", 12345678: "12.35ms", 1234 * time.Second: "20m34s",
		11*time.Hour + 6*time.Minute: "11h6m0s", time.Microsecond: "1µs",
	} {
		if got := shortTime(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// What raw bytes are is said beside them, and is not cut before they are.
func TestSequenceOfRawBytes(t *testing.T) {
	for text, want := range map[string]string{
		"raw 888237fa213d3417": "1  raw 888237fa213d3417 (close 1005)",
		"raw 89fd37fa213d" + strings.Repeat("37fa213d", 31) + "37": "1  raw 89fd37fa21…213d37fa213d37 (ping 00*125)",
	} {
		l := drawn(t, "pongcheck-trace 1\n"+text+"\n", 1).Lines[0]
		if l.Label() != want || !strings.HasPrefix(l.Whole, text+" (") {
			t.Errorf("%s, in full %s; want %s", l.Label(), l.Whole, want)
		}
	}
}

// What is written at the subject's lane ends before the peer's, which is at 408.
func TestNotesFit(t *testing.T) {
	long := strings.Repeat("x", 100)
	q := drawn(t, "pongcheck-trace 1\nping \""+long+"\"\n  ! read "+long+": "+long+"\n", 1)
	call, note := q.Lines[0], q.Lines[1]
	call.Op = 999
	if end := 46 + call.Width(); end > 408 {
		t.Errorf("a call ends at %d: %s", end, call.Label())
	}
	if end := 101 + 67*len([]rune(note.Label()))/10; end > 408 {
		t.Errorf("a note ends at %d: %s", end, note.Label())
	}
}
