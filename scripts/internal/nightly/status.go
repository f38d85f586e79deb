package nightly

import (
	"fmt"
	"time"
)

// status says in a line how far the night is: what is being done and, while it fuzzes, the
// job of the last slice that began, executions a second, what is new, and the time left. It
// is for display only: nothing depends on it.
func (n *night) status() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fuzzing.current == 0 {
		return n.stage
	}
	u := n.jobs[n.fuzzing.current-1]
	line := fmt.Sprintf("%s (%d of %d): %d new, %d found", u.name(), n.fuzzing.current, len(n.jobs), n.newInputs(), n.countFindings())
	if seconds := time.Since(n.fuzzing.began).Seconds(); seconds >= 1 {
		line += fmt.Sprintf(", %.0f/s", float64(n.executions()-n.fuzzing.before)/seconds)
	}
	if n.Inputs == 0 {
		line += fmt.Sprintf(", %v left", n.timeLeft().Round(time.Second))
	}
	return line
}

// fuzzing is what the status of a night needs to know about its fuzzing.
type fuzzing struct {
	began   time.Time // by this process
	before  int       // executions of earlier processes
	spent   time.Duration
	current int // number of the job whose slice began last, from 1; 0: it does not fuzz
}

// enter notes what is being done from now on, and logs it.
func (n *night) enter(format string, a ...any) {
	n.mu.Lock()
	n.stage = fmt.Sprintf(format, a...)
	n.fuzzing.current = 0
	n.mu.Unlock()
	n.Log(format, a...)
}

// timeLeft returns what is left of the budget. Its caller holds n.mu.
func (n *night) timeLeft() time.Duration {
	spent := n.state.Spent
	if !n.fuzzing.began.IsZero() {
		spent = n.fuzzing.spent + time.Since(n.fuzzing.began)
	}
	return max(0, n.Budget-spent)
}

func (n *night) executions() (sum int) {
	for _, u := range n.jobs {
		sum += u.tally.Executions
	}
	return sum
}

func (n *night) newInputs() (sum int) {
	for _, u := range n.jobs {
		sum += u.tally.New
	}
	return sum
}

func (n *night) countFindings() (sum int) {
	for _, f := range n.found.known {
		if !f.Canary {
			sum++
		}
	}
	return sum
}

// reportInterrupt reports how far a night is that was interrupted. The same command
// continues it.
func (n *night) reportInterrupt() {
	if n.Interrupted == nil {
		return
	}
	r, err := n.countResults()
	if err != nil {
		n.Log("%v", err)
		return
	}
	n.mu.Lock()
	left := n.timeLeft()
	n.mu.Unlock()
	n.Interrupted(r, left)
}
