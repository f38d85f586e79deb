package main

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

func TestExit(t *testing.T) {
	for _, c := range []struct {
		why   string
		s     status
		write error
		want  int
	}{
		{"all is well", status{ran: true}, nil, 0},
		{"something failed", status{ran: true, failed: true}, nil, 1},
		{"what failed counts more than trouble beside it", status{ran: true, failed: true, trouble: true}, nil, 1},
		{"trouble", status{ran: true, trouble: true}, nil, 2},
		{"trouble before anything ran", status{trouble: true}, nil, 2},
		{"nothing was run", status{}, nil, 3},
		{"what failed could not be told", status{ran: true, failed: true}, errors.New("disk full"), 2},
	} {
		s := &session{ctx: context.Background(), out: &output{err: c.write}, err: new(bytes.Buffer), status: c.s}
		if got := s.exitCode(); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.why, got, c.want)
		}
	}
}

func TestOutputKeepsItsFirstError(t *testing.T) {
	w := &failing{after: 1}
	o := newOutput(w)
	for range 3 {
		o.printf("x")
	}
	if o.err == nil || w.writes != 2 {
		t.Errorf("error %v after %d writes, want one after 2: nothing is written after an error", o.err, w.writes)
	}
}

type failing struct{ after, writes int }

func (f *failing) Write(b []byte) (int, error) {
	if f.writes++; f.writes > f.after {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}
