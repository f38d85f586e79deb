package child

import (
	"io"
	"testing"
)

func TestOutputKeepsBothEnds(t *testing.T) {
	for _, c := range []struct {
		why    string
		first  int
		last   int
		writes []string
		want   string
	}{
		{"all of a short one", 4, 4, []string{"abc", "def"}, "abcdef"},
		{"the ends of a long one", 2, 3, []string{"abc", "d", "efghij"}, "abhij"},
		{"one write of more than both", 2, 3, []string{"abcdefghij"}, "abhij"},
		{"the end alone", 0, 3, []string{"ab", "cd"}, "bcd"},
	} {
		o := &Output{First: c.first, Last: c.last}
		for _, text := range c.writes {
			if n, err := io.WriteString(o, text); n != len(text) || err != nil {
				t.Errorf("%s: wrote %d of %d bytes, %v", c.why, n, len(text), err)
			}
		}
		if got := string(o.Bytes()); got != c.want {
			t.Errorf("%s: kept %q, want %q", c.why, got, c.want)
		}
	}
}
