package turbo

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"
)

// ask has inputs traced by a target that lights the lanes they name, and panics.
func ask(t *testing.T, inputs ...string) (all []Reached) {
	t.Helper()
	tracer, err := NewTracer(&Target{Run: func(in []byte, l *Lanes) string {
		for _, b := range in {
			l.Light(uint32(b))
		}
		if bytes.Contains(in, []byte("panic")) {
			panic("no")
		}
		return ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	var in []byte
	for _, input := range inputs {
		in = AppendInput(in, []byte(input))
	}
	var out bytes.Buffer
	if err := tracer.Serve(bytes.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(&out)
	for range inputs {
		r, err := ReadReached(answers)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if _, err := ReadReached(answers); err != io.EOF {
		t.Errorf("after the answers: %v", err)
	}
	return all
}

func TestServeAnswersEachInput(t *testing.T) {
	wants := [][]uint32{nil, {'a', 'b'}, {'a', 'c'}, {0}}
	all := ask(t, "", "ba", "cacac", "\x00", "a panic")
	for i, want := range wants {
		if lanes := lanesOf(t, all[i].Features); all[i].Signature != "" || !slices.Equal(lanes, want) {
			t.Errorf("input %d: %q, lanes %v, want %v", i, all[i].Signature, lanes, want)
		}
	}
	if s := all[4].Signature; !strings.HasPrefix(s, "panic string in ") {
		t.Errorf("a panic: %q", s)
	}
}

// lanesOf are the lanes among features, with and without counters.
func lanesOf(t *testing.T, features []uint32) (lanes []uint32) {
	t.Helper()
	from := uint32(0)
	if c, err := OpenCounters(); err == nil {
		from = uint32(c.Len()) * 8
	}
	for _, f := range features {
		if f >= from {
			lanes = append(lanes, f-from)
		}
	}
	return lanes
}

// Whatever answers, what is no answer is an error.
func TestWhatIsNoAnswerIsRefused(t *testing.T) {
	number := func(ns ...uint64) (b []byte) {
		for _, n := range ns {
			b = binary.AppendUvarint(b, n)
		}
		return b
	}
	for name, answer := range map[string][]byte{
		"nothing":              nil,
		"no features":          number(0, 1, 2, 3),
		"a feature twice":      number(0, 1, 2, 3, 0),
		"a feature too high":   number(0, 1, 1, 1<<32),
		"features too many":    number(0, 1, maxReachable+1),
		"a signature too long": number(maxServed + 1),
		"half a signature":     append(number(4), "ab"...),
		"text":                 []byte("PASS\nok\n"),
	} {
		if r, err := ReadReached(bufio.NewReader(bytes.NewReader(answer))); err == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestServeRefusesWhatIsNoInput(t *testing.T) {
	tracer, err := NewTracer(&Target{Run: func([]byte, *Lanes) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string][]byte{"half": {5, 'a'}, "too long": binary.AppendUvarint(nil, maxServed+1), "half a number": {0x80}} {
		if err := tracer.Serve(bytes.NewReader(in), io.Discard); err == nil || !strings.HasPrefix(err.Error(), "read an input to trace: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
