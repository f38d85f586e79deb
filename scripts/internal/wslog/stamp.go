package wslog

import (
	"strconv"
	"strings"
)

// stampTable numbers the runs of lines with equal stamps, from 1.
type stampTable struct {
	texts     []string // by number - 1
	forward   int      // steps to a later time of day
	backwards int      // and to an earlier one
	last      float64  // seconds of the day
}

// number returns the number of the run that a line belongs to, or 0 if it has no stamp.
func (t *stampTable) number(prefix string) int32 {
	stamp := stampForm.FindString(prefix)
	n := len(t.texts)
	if stamp == "" {
		return 0
	}
	if n > 0 && t.texts[n-1] == stamp {
		return int32(n)
	}
	t.texts = append(t.texts, strings.Clone(stamp))
	seconds := secondsOfDay(stamp)
	switch {
	case n == 0:
	case seconds > t.last:
		t.forward++
	case seconds < t.last:
		t.backwards++
	}
	t.last = seconds
	return int32(n + 1)
}

// runsBackwards reports whether the newest line stands first, as log services export them.
func (t *stampTable) runsBackwards() bool { return t.backwards >= 2 && t.backwards > 4*t.forward }

// text returns the stamp of a run as it was printed, or nothing.
func (t *stampTable) text(n int32) string {
	if n < 1 || int(n) > len(t.texts) {
		return ""
	}
	return t.texts[n-1]
}

// secondsOfDay returns the seconds that a stamp counts.
func secondsOfDay(stamp string) float64 {
	seconds := 0.0
	for part := range strings.SplitSeq(strings.Replace(stamp, ",", ".", 1), ":") {
		n, _ := strconv.ParseFloat(part, 64)
		seconds = 60*seconds + n
	}
	return seconds
}
