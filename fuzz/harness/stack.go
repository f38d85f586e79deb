package harness

import (
	"bytes"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// goroutine is one goroutine of a dump of stacks.
type goroutine struct {
	text   string // as the runtime prints it
	state  string // such as "chan receive"
	asleep bool   // only its bubble can wake it
}

// goroutinesIn returns the goroutines of the bubble of that name, or of any bubble if the name
// is empty. Those of this package that keep the bubble are left out.
func goroutinesIn(name string) []goroutine {
	var all []goroutine
	for text := range bytes.SplitSeq(goroutineStacks(), []byte("\n\n")) {
		state, in := parseHead(text)
		if in == "" || name != "" && in != name || bytes.Contains(text, []byte("synctest.testingSynctestTest")) {
			continue
		}
		head, _, _ := bytes.Cut(text, []byte("\n"))
		all = append(all, goroutine{strings.TrimSpace(string(text)), state, bytes.Contains(head, []byte("(durable)"))})
	}
	return all
}

// lockWaits are the states of a goroutine that waits for a lock. Time stands still meanwhile.
var lockWaits = []string{"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock"}

// lockedStacks returns the stacks of the goroutines of a bubble if some of them wait for a lock
// and none can go on; else "".
func lockedStacks(name string) string {
	locked, stacks := false, ""
	for _, g := range goroutinesIn(name) {
		if !slices.Contains(waitStates, g.state) {
			return ""
		}
		locked = locked || slices.Contains(lockWaits, g.state)
		_, frames, _ := strings.Cut(g.text, "\n")
		stacks += g.state + "\n" + frames + "\n"
	}
	if !locked {
		return ""
	}
	return stacks
}

// placeAtFault says which goroutine keeps the others from going on, or is left: the first one
// of the subject's that waits for a lock, or runs, else the first one of the subject's.
func placeAtFault(all []goroutine) string {
	place, best := "", 0
	for _, g := range all {
		where := g.subjectFrame()
		rank := 1
		switch {
		case slices.Contains(lockWaits, g.state):
			rank = 3
		case !g.asleep:
			rank = 2
		}
		if where != "" && rank > best {
			place, best = where+", "+describeState(g.state), rank
		}
	}
	return place
}

func describeState(state string) string {
	switch {
	case slices.Contains(lockWaits, state):
		return "waits for a lock (" + state + ")"
	case slices.Contains(waitStates, state):
		return "waits (" + state + ")"
	}
	return state
}

// frameOf matches a function and the line where it stands.
var frameOf = regexp.MustCompile(`(?m)^(?:created by )?([^\s(].*?)(?:\([^()]*\)| in goroutine \d+)\n\t(.+?):(\d+)`)

// notTheSubject begins the names of functions that stand between a subject and what it waits
// for.
var notTheSubject = []string{"runtime.", "runtime/", "sync.", "sync/", "internal/", "time.", "context.", "testing.", "testing/",
	"github.com/pongcheck/pongcheck/fuzz/harness.", "github.com/pongcheck/pongcheck/model.", "github.com/pongcheck/pongcheck/props"}

// subjectFrame returns the innermost frame of the subject's code in g: FUNCTION FILE:LINE.
func (g *goroutine) subjectFrame() string { return subjectFrameIn(g.text) }

func subjectFrameIn(stack string) string {
	for _, m := range frameOf.FindAllStringSubmatch(stack, -1) {
		skip := func(prefix string) bool { return strings.HasPrefix(m[1], prefix) }
		if !slices.ContainsFunc(notTheSubject, skip) || strings.HasSuffix(m[2], "_test.go") {
			return m[1] + " " + filepath.Base(filepath.Dir(m[2])) + "/" + filepath.Base(m[2]) + ":" + m[3]
		}
	}
	return ""
}

// stackHead returns the first line of the stack of this goroutine.
func stackHead() []byte {
	var buf [128]byte
	return buf[:runtime.Stack(buf[:], false)]
}
