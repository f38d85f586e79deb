package driver

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// fuzzed is the request that FuzzReader's output answers.
var fuzzed = newRequest(7, &model.Trace{
	Profile: "rfc",
	Config:  model.Config{Role: model.Client, Seed: 3},
	Ops: []model.Op{
		{Kind: model.Ping, Data: model.Bytes("\x0d\x90\x0f\x00")},
		{Kind: model.Cancel, N: 1},
		{Kind: model.Pong, Data: model.PrefixOf(1, 3)},
	},
})

const fuzzedAnswer = "trace 7\nping 0d900f00\n  > ping 0d900f00\ncancel 1\n  1 cancelled\n" +
	"pong $1[:3]\n  < 0d900f\nend\n  closed\ndone 7\n"

// FuzzReader holds the reader of transcripts against a second one that is made
// of text.ParseString: they must take the same answers for the same transcripts,
// however the bytes are cut into reads.
func FuzzReader(f *testing.F) {
	f.Add([]byte(fuzzedAnswer))
	f.Add([]byte(strings.ReplaceAll(fuzzedAnswer, "\n", " \r\n\n# comment\n")))
	f.Add([]byte("trace 7\n  closed\nping 0d900f00\n"))
	f.Add([]byte("trace 8\nend\ndone 8\n"))
	f.Add([]byte("error 1: what?\n"))
	f.Add([]byte(strings.Replace(fuzzedAnswer, "  closed\n", "  ! a b: c\n  ! hang\n  > close 1000 78 rsv=4\n  k1 acked 1s @2s\n", 1)))
	f.Fuzz(func(t *testing.T, output []byte) {
		got, err := readAnswer(bytes.NewReader(output))
		slow, slowErr := readAnswer(iotest.OneByteReader(bytes.NewReader(output)))
		want, ok := reference(string(output))
		if (err == nil) != ok {
			t.Fatalf("error %v, but the reference's verdict is %v", err, ok)
		}
		if ok && !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
		if (err == nil) != (slowErr == nil) || err == nil && !reflect.DeepEqual(got, slow) {
			t.Fatalf("byte by byte: got\n%s, %v\nwant\n%s, %v", slow, slowErr, got, err)
		}
	})
}

// readAnswer reads the answer to the fuzzed request as Run does.
func readAnswer(r io.Reader) (*model.Transcript, error) {
	p := gone()
	p.connectPipes(nowhere{}, io.NopCloser(r))
	p.pipe.limit.Store(1 << 40)
	a := newAnswer(fuzzed, &greeting{Name: "s", Version: "1"})
	if f := p.readAnswer(a, nil); f != nil {
		return nil, f
	}
	return a.t, nil
}

// gone is a process that has ended.
func gone() *process {
	p := &process{exited: make(chan struct{}), destroy: func() {}, status: "exit-0"}
	close(p.exited)
	return p
}

type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) Close() error                { return nil }

// reference reads the answer to the fuzzed request the slow way.
func reference(output string) (*model.Transcript, bool) {
	heard, ops, done := model.Version+"\nprofile rfc\nsubject s 1\nconfig role=client seed=3\n", []string{}, false
	lines := strings.SplitAfter(output, "\n")
	for _, line := range lines[:len(lines)-1] { // the last one has no end
		line = strings.TrimRight(line, "\r\n")
		if word := strings.Trim(line, " \t"); word == "" || word[0] == '#' {
			continue
		}
		if indented := line[0] == ' ' || line[0] == '\t'; !indented {
			line = strings.TrimRight(line, " \t")
			ops = append(ops, line)
		} else if len(ops) < 2 { // no op yet
			return nil, false
		}
		if done = line == "done 7"; done {
			break
		}
		if len(ops) > 1 {
			heard += line + "\n"
		}
	}
	if !done || strings.Join(ops, "\n") != "trace 7\nping 0d900f00\ncancel 1\npong $1[:3]\nend\ndone 7" {
		return nil, false
	}
	t, err := text.ParseString(heard)
	if err != nil {
		return nil, false
	}
	for i := range t.Steps {
		t.Steps[i].Line = 0
	}
	return t, true
}

func TestReaderBounds(t *testing.T) {
	if _, err := readAnswer(strings.NewReader(fuzzedAnswer)); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]io.Reader{
		"bytes":   io.MultiReader(strings.NewReader("trace 7\n"), endless("#"+strings.Repeat("x", 1000)+"\n")),
		"lines":   endless("\n"),
		"line":    endless("x"),
		"nothing": strings.NewReader(""),
		"error":   iotest.ErrReader(errors.New("broken")),
	} {
		if _, err := readAnswer(r); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// endless repeats itself.
type endless string

func (e endless) Read(b []byte) (int, error) {
	n := 0
	for n+len(e) <= len(b) {
		n += copy(b[n:], e)
	}
	return n, nil
}
