package driver

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// Trouble says that a driver did not do its part. Nothing that follows from it is a finding about
// the subject. It ends a Run.
type Trouble struct {
	Command []string     // the driver's command
	Trace   *model.Trace // the trace it was working on; nil: none, or unknown
	What    string       // what went wrong, and what to do
	Stderr  string       // the end of its stderr, at most 4 KiB
	Err     error        // the cause; may be nil
}

// maxTroubleStderr is how much of a driver's stderr an error shows, in bytes.
const maxTroubleStderr = 4 << 10

// Error returns one line, then the end of stderr, indented.
func (t *Trouble) Error() string {
	s := fmt.Sprintf("driver %s: %s", strings.Join(t.Command, " "), t.What)
	if tail := strings.TrimSpace(t.Stderr); tail != "" {
		s += "\nits stderr ends with:\n\t" + strings.ReplaceAll(tail, "\n", "\n\t")
	}
	return s
}

// Unwrap returns the cause.
func (t *Trouble) Unwrap() error { return t.Err }

// newTrouble returns a Trouble about p, which may be nil.
func (d *Driver) newTrouble(p *process, about *model.Trace, what string) *Trouble {
	t := &Trouble{Command: d.command, Trace: about, What: what}
	if p != nil {
		tail := p.stderr.Bytes()
		t.Stderr = string(tail[max(0, len(tail)-maxTroubleStderr):])
	}
	return t
}

func (d *Driver) cannotStart(err error) *Trouble {
	what := "cannot be started: " + err.Error()
	if errors.Is(err, exec.ErrNotFound) {
		what += "; install it, or give its path"
	}
	t := d.newTrouble(nil, nil, what)
	t.Err = err
	return t
}

// cause says how a process failed.
type cause int

const (
	died    cause = iota + 1 // it ended, or closed its output
	silent                   // it kept silent for too long and was killed
	babbled                  // it printed something that is no answer
)

// failure is why a process is not used any more.
type failure struct {
	cause cause
	what  string // died: its status; silent: for how long; babbled: the sentence
}

// Error says what went wrong.
func (f *failure) Error() string {
	switch f.cause {
	case died:
		return "it ended (" + f.what + ") while it owed an answer"
	case silent:
		return "it printed nothing for " + f.what + " while it owed an answer"
	}
	return f.what
}

func notAnAnswer(format string, args ...any) *failure {
	return &failure{babbled, fmt.Sprintf(format, args...)}
}
