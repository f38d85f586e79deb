package text_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// Every golden transcript prints as it was read, but for comments.
func TestTranscriptRoundTrip(t *testing.T) {
	for name, golden := range goldenTranscripts(t, "rules/*.txt", "spec.txt") {
		tr, err := text.ParseString(golden)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := text.ParseString(tr.String())
		if err != nil {
			t.Fatalf("%s: printed form: %v\n%s", name, err, tr)
		}
		if got, want := strings.Count(tr.String(), "@"), strings.Count(uncommented(golden), "@"); got != want {
			t.Errorf("%s: %d of %d stamps are printed\n%s", name, got, want, tr)
		}
		for i := range tr.Steps {
			tr.Steps[i].Line, again.Steps[i].Line = 0, 0
		}
		if diff := cmp.Diff(tr, again); diff != "" {
			t.Errorf("%s: (-read +read again)\n%s", name, diff)
		}
	}
}

// goldenTranscripts are the transcripts of the golden files of package model, by file and case.
func goldenTranscripts(tb testing.TB, patterns ...string) map[string]string {
	tb.Helper()
	transcripts := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob("../testdata/" + pattern)
		if err != nil || len(files) == 0 {
			tb.Fatalf("no golden file is called %s: %v", pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				tb.Fatal(err)
			}
			for _, part := range strings.Split(string(b), "\n-- ")[1:] {
				name, rest, _ := strings.Cut(part, " --\n")
				golden, _, _ := strings.Cut(rest, "=>\n")
				transcripts[filepath.Base(file)+", "+name] = golden
			}
		}
	}
	return transcripts
}

// uncommented is a text without its comments; no golden transcript has a # in a string.
func uncommented(text string) string {
	return regexp.MustCompile(`#.*`).ReplaceAllString(text, "")
}

// randomTrace is what random bytes are in the binary form.
func randomTrace(stream uint64, i, n int) *model.Trace {
	r := rand.New(rand.NewPCG(stream, uint64(i)))
	b := make([]byte, n)
	for j := range b {
		b[j] = byte(r.Uint32())
	}
	return text.Decode(b)
}

func TestRandomTraceRoundTrips(t *testing.T) {
	for i := range 3000 {
		tr := randomTrace(3, i, 1+i%150)
		back, err := text.ParseString(tr.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, tr)
		}
		if diff := cmp.Diff(tr, back.Trace(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("text form (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff(tr, text.Decode(text.Encode(tr))); diff != "" {
			t.Fatalf("binary form (-want +got)\n%s", diff)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const v = model.Version + "\n"
	for _, c := range []struct{ text, want string }{
		{"", `1:1: empty: the first line of a trace is "pongcheck-trace 1"`},
		{"ping 61", `1:1: got "ping 61": the first line of a trace is "pongcheck-trace 1"`},
		{"pongcheck-trace 2", `1:1: got "pongcheck-trace 2": the first line of a trace is "pongcheck-trace 1"`},
		{v + "pang 61", `2:1: unknown op "pang"`},
		{v + "ping", `2:5: ping: a payload is missing`},
		{v + "ping 6", `2:6: got "6", want a payload: hex (lower case, whole bytes), "text" or - for empty`},
		{v + "ping 61 62", `2:9: unexpected "62"`},
		{v + "pong *", `2:6: only ping can leave the payload to the subject`},
		{v + "pong $0", `2:7: got "0", want a number from 1 to 1048576`},
		{v + "pong $1[:x]", `2:10: got "x", want a number from 0 to 65535`},
		{v + "ping 61*140000", `2:9: got "140000", want a number from 1 to 131071`},
		{v + "settle join", `2:8: unexpected "join"`},
		{v + "cancel", `2:7: cancel: a ping's number is missing`},
		{v + "advance -1s", `2:9: got "-1s", want a duration such as 20s`},
		{v + "msg blob 61", `2:5: got "blob", want text or binary`},
		{v + "  > pong 61", `2:3: an outcome before the first op`},
		{v + "settle\n  > peng 61", `3:5: unknown frame "peng"`},
		{v + "settle\n  1 won", `3:5: got "won", want acked, cancelled, failed or error`},
		{v + "settle\n  > pong 61 rsv=9", `3:13: got "rsv=9", want fin=0, rsv=1 to 7, mask=wrong, len=16 or len=64`},
		{v + "ping 61\n  rested 1s", `3:3: rested is an outcome of settle only`},
		{v + "settle\n  rested", `3:3: want: rested DURATION`},
		{v + "settle\n  1 failed gone", `3:12: got "gone", want closed, too-long, duplicate, timeout, cancelled or other`},
		{v + "config color=red", `2:8: unknown setting "color": want role, keepalive, deflate, cut or seed`},
		{v + "config keepalive=20s", `2:8: keepalive=20s: want INTERVAL/TIMEOUT such as 20s/20s`},
		{v + "settle\nprofile rfc", `3:1: the header "profile" must stand before the first op`},
		{v + "end\nsettle", `3:1: "settle" after the end of the transcript`},
		{v + "config keepalive=1ns/0s\nadvance 1001ns\n", `3:9: 1001ns is more than 1000 intervals of the keepalive (1ns)`},
		{v + strings.Repeat("x", text.MaxLine+1), `2:1: line of more than 1048576 bytes: this is no trace`},
	} {
		_, err := text.ParseString(c.text)
		var syntax *text.SyntaxError
		if !errors.As(err, &syntax) || err.Error() != c.want {
			t.Errorf("%.40q: got error %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds := goldenTranscripts(f, "spec.txt", "rules/crash.txt", "rules/keepalive.early.txt")
	for _, name := range slices.Sorted(maps.Keys(seeds)) {
		f.Add([]byte(seeds[name]))
	}
	f.Add([]byte(model.Version + "\nprofile okhttp\nconfig keepalive=20\xff\x1b[31m\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tr, err := text.ParseString(string(b))
		if err != nil {
			var syntax *text.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Col < 1 {
				t.Fatalf("an error without a place: %v", err)
			}
			if text := err.Error(); model.Plain(text) != text {
				t.Fatalf("an error with raw text: %q", text)
			}
			return
		}
		once := tr.String()
		again, err := text.ParseString(once)
		if err != nil {
			t.Fatalf("what was printed does not parse: %v\n%s", err, once)
		}
		if twice := again.String(); twice != once {
			t.Fatalf("printing is not stable:\n%s\nthen\n%s", once, twice)
		}
		if _, err := model.Judge(model.RFC(), model.Everything(), tr, model.InLog); err != nil {
			var mismatch *model.MismatchError
			if !errors.As(err, &mismatch) {
				t.Fatal(err)
			}
		}
	})
}

// Every byte string is a trace, and every trace survives both forms.
func FuzzDecode(f *testing.F) {
	for i := range 20 {
		f.Add(text.Encode(randomTrace(4, i, 60)))
	}
	profile, _ := model.FindProfile("websockets")
	c := model.NewChecker(profile, model.Everything())
	ref := model.NewState(profile, model.Everything())
	f.Fuzz(func(t *testing.T, b []byte) {
		tr := text.Decode(b)
		if diff := cmp.Diff(tr, text.Decode(text.Encode(tr))); diff != "" {
			t.Fatalf("binary form (-want +got)\n%s", diff)
		}
		back, err := text.ParseString(tr.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, tr)
		}
		if diff := cmp.Diff(tr.Ops, back.Trace().Ops); diff != "" && len(tr.Ops) > 0 {
			t.Fatalf("text form (-want +got)\n%s", diff)
		}
		tr.Config.Interval, tr.Config.Timeout, tr.Config.Deflate = 0, 0, model.NoDeflate
		if r := c.Run(ref, tr); r.Verdict == model.FAILED {
			t.Fatalf("the reference fails: %s\n%s", r.Failure().Sentence(), tr)
		}
	})
}

// A small file can stand for a large one, but not for one without bounds.
func TestParseBoundsAllPayloadsTogether(t *testing.T) {
	line := "msg binary 61*131071\n"
	n := text.MaxPayloads/model.MaxPayload + 1
	_, err := text.ParseString(model.Version + "\n" + strings.Repeat(line, n))
	var syntax *text.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != n+1 || syntax.Col != 12 {
		t.Errorf("got %v, want an error at %d:12", err, n+1)
	}
}

// What was stored before ops could join decodes as it did: a wide trace begins otherwise.
func TestOldBytesDecodeAsBefore(t *testing.T) {
	tr := &model.Trace{Ops: []model.Op{{Kind: model.Pong, Data: model.Bytes("a"), Join: true}, {Kind: model.Settle}}}
	b := text.Encode(tr)
	if got := text.Decode(b).String(); got != tr.String() {
		t.Errorf("got %s, want %s", got, tr)
	}
	tr.Ops[0].Join = false
	if plain := text.Encode(tr); string(b) == string(plain) || plain[0] != 0 || len(plain) != len(b)-2 {
		t.Errorf("without join it is %x, and with it %x", plain, b)
	}
	old := append([]byte{b[0] &^ 0xc0}, b[2:]...) // the same ops in a trace that is not wide
	if got := text.Decode(old).Ops; len(got) != 3 || got[0].Kind != model.Settle || got[1].Join {
		t.Errorf("%x became %v", old, got)
	}
}
