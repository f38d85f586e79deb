package main

import (
	"fmt"
	"time"
)

// pace knows how far a check of several subjects is, and about how long it still takes.
type pace struct {
	subjects int           // to be checked
	done     int           // of them
	spent    time.Duration // on those that are done
	limit    time.Duration // of one subject; 0: none
}

// subjectPlace returns the name of a subject after its number: 3/11 coder@v1.8.15.
func (c *pace) subjectPlace(t *target) string {
	if c.subjects == 1 {
		return t.String()
	}
	return fmt.Sprintf("%d/%d %s", c.done+1, c.subjects, t)
}

// liveLine returns the live line of the subject that is being checked.
func (c *pace) liveLine(p *progress) string {
	tried := ""
	if n := p.tried.Load(); n > 0 {
		tried = fmt.Sprintf("; %d tried", n)
	}
	return fmt.Sprintf("%v%s, %s%s", p.stage.Load(), tried, p.seconds(), c.timeLeft(time.Since(p.began)))
}

// timeLeft estimates how long the check still takes: at most, by the time limits, or about,
// by the subjects that are done.
func (c *pace) timeLeft(elapsed time.Duration) string {
	one, word := c.limit, "at most"
	if c.done > 0 {
		one, word = c.spent/time.Duration(c.done), "about"
	}
	if one == 0 {
		return ""
	}
	left := max(one-elapsed, 0) + time.Duration(c.subjects-c.done-1)*one
	return fmt.Sprintf(", %s %s left", word, left.Round(time.Second))
}

// finishSubject counts a subject that is done.
func (c *pace) finishSubject(p *progress) {
	c.done++
	c.spent += time.Since(p.began)
}
