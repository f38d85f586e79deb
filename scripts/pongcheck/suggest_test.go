package main

import "testing"

func TestNearest(t *testing.T) {
	candidates := append(verbNames(), "coder", "deep/sorted", "-budget", "-n")
	for word, want := range map[string]string{
		"chek":        "check",
		"cehck":       "check",
		"coderr":      "coder",
		"-bugdet":     "-budget",
		"sortd":       "deep/sorted",
		"deep/sortd":  "deep/sorted",
		"corpus synk": "corpus sync",
		"frobnicate":  "",
		"":            "",
	} {
		if got := findNearest(word, candidates); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"ab", "ba", 1}, {"abc", "abc", 0}, {"check", "chekc", 1}, {"kitten", "sitting", 3}, {"é", "e", 2}} {
		if got := countMistakes(c.a, c.b); got != c.want {
			t.Errorf("mistakes(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
