package main

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestParseFlags(t *testing.T) {
	for _, c := range []struct {
		why, args string
		names     string
		n         int
	}{
		{"flags first", "-n 3 a b", "a b", 3},
		{"flags last", "a b -n 3", "a b", 3},
		{"flags among names", "a -n=3 b", "a b", 3},
		{"the last one counts", "-n 1 a -n 3", "a", 3},
		{"-- ends them", "a -- -n 3", "a -n 3", 0},
		{"- is a name", "- -n 3", "-", 3},
		{"nothing at all", "", "", 0},
	} {
		f := flag.NewFlagSet("", flag.ContinueOnError)
		n := f.Int("n", 0, "")
		names, err := parseFlags(f, strings.Fields(c.args))
		if err != nil || !slices.Equal(names, strings.Fields(c.names)) || *n != c.n {
			t.Errorf("%s: parseFlags(%q) = %q, %v, n %d; want %q, n %d", c.why, c.args, names, err, *n, c.names, c.n)
		}
	}
}

func TestParseFlagsErrors(t *testing.T) {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	if _, err := parseFlags(f, []string{"a", "-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h after a name: %v, want flag.ErrHelp", err)
	}
	if _, err := parseFlags(f, []string{"a", "-x"}); err == nil {
		t.Error("an unknown flag after a name is no error")
	}
}

func TestProfileOr(t *testing.T) {
	for _, c := range []struct {
		flag  string
		names []string
		want  string
	}{
		{"coder", []string{"websockets", "rfc"}, "coder"},
		{"", []string{"websockets", "rfc"}, "websockets"},
		{"", []string{"", "coder"}, "coder"},
		{"", nil, "rfc"},
	} {
		p := profileFlag{c.flag}
		got, err := p.profileOr(c.names...)
		if err != nil || got.Name != c.want {
			t.Errorf("-profile %q or %q: %q, %v; want %q", c.flag, c.names, got.Name, err, c.want)
		}
	}
	if _, err := new(profileFlag).profileOr("nobody"); err == nil {
		t.Error("an unknown profile is no error")
	}
}
