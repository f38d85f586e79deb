package driver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// protocol is the first line that every driver prints.
const protocol = "pongcheck-driver 1"

// greeting is what a driver says of itself before the first trace. Every process of a driver says
// the same.
type greeting struct {
	Name    string // of the subject: implementation[/variant]
	Version string // what was really imported or linked
	Runtime string // such as "CPython 3.11.7"; may be empty
	Profile string // name of the subject's own profile; may be empty
	Joins   bool   // it heeds the mark join of an op
	Info    model.Info
}

// maxGreeting is how many lines a greeting may have.
const maxGreeting = 100

// readGreeting reads lines with next, up to "ready".
func readGreeting(next func() ([]byte, error)) (greeting, error) {
	var g greeting
	seen := map[string]bool{}
	for n := range maxGreeting {
		raw, err := next()
		if err != nil {
			return g, err
		}
		line := stripComment(string(raw))
		if n == 0 {
			if err := firstLine(line); err != nil {
				return g, err
			}
			continue
		}
		key, rest, _ := strings.Cut(line, " ")
		if key == "ready" {
			return g, checkComplete(seen)
		}
		seen[key] = true
		if err := g.parseLine(key, strings.Fields(rest)); err != nil {
			return g, err
		}
	}
	return g, fmt.Errorf("the greeting has more than %d lines; it ends with the line: ready", maxGreeting)
}

func firstLine(line string) error {
	if line == protocol {
		return nil
	}
	if strings.HasPrefix(line, "pongcheck-driver ") {
		return fmt.Errorf("it speaks %q, and this side %q: update the older of the two", line, protocol)
	}
	return fmt.Errorf("its first line is %.80q, and a driver's is %q: is this a driver?", line, protocol)
}

func checkComplete(seen map[string]bool) error {
	for _, key := range []string{"subject", "can", "sees"} {
		if !seen[key] {
			return fmt.Errorf("the greeting has no line %q", key)
		}
	}
	return nil
}

// parseLine reads one line of the greeting. It ignores keys of later versions.
func (g *greeting) parseLine(key string, words []string) error {
	switch key {
	case "subject":
		if len(words) != 2 {
			return fmt.Errorf("the greeting's subject is %q; want: subject NAME VERSION", strings.Join(words, " "))
		}
		g.Name, g.Version = words[0], words[1]
	case "runtime":
		g.Runtime = strings.Join(words, " ")
	case "profile":
		g.Profile = strings.Join(words, " ")
	case "can":
		limits := g.Info.Limits
		g.Info, g.Joins = parseAbilities(words, g.Info.Sees), hasWord(words, "join")
		g.Info.Limits = limits
	case "limits":
		return g.parseLimits(words)
	case "sees":
		g.Info.Sees = parseSights(words)
	}
	return nil
}

// parseLimits reads the documented limits, and where they are documented: control=4 data PLACE.
func (g *greeting) parseLimits(words []string) error {
	l := &g.Info.Limits
	for i, word := range words {
		key, value, _ := strings.Cut(word, "=")
		n, err := strconv.Atoi(value)
		switch {
		case key == "control" && err == nil && n > 0:
			l.Control = n
		case word == "data":
			l.Data = true
		default:
			l.Source = strings.Join(words[i:], " ")
			return nil
		}
	}
	return fmt.Errorf("the greeting's limits are %q; want: limits [control=N] [data] PLACE, where they are documented", strings.Join(words, " "))
}

// parseAbilities reads the words after "can". It assumes what is not said so that least is judged:
// a real clock, but every op, as a server.
func parseAbilities(words []string, sees model.Sees) model.Info {
	info := model.Info{Can: model.AllKinds, Sees: sees, Roles: model.ServerRole, Given: true, Real: true}
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		list := strings.Split(value, ",")
		switch key {
		case "clock":
			info.Real = value != "virtual"
		case "payload":
			info.Given, info.Chooses = hasWord(list, "any"), hasWord(list, "chosen")
		case "role":
			info.Roles = parseRoles(list)
		case "keepalive":
			info.Keeps, info.Timeouts = true, timeoutWords[value]
		case "own-pings":
			info.OwnPings = true
		case "close":
			info.ManualClose = hasWord(list, "manual")
		case "cut":
			info.Cuts = true
		case "deflate":
			info.Deflate = true
		case "ops":
			info.Can = parseKinds(list)
		}
	}
	return info
}

// timeoutWords has the time-outs of a keepalive that can be given its interval only.
var timeoutWords = map[string]model.Timeouts{
	"half": model.TimeoutHalf, "same": model.TimeoutSame, "3/2": model.TimeoutOneAndAHalf, "none": model.TimeoutNone,
}

func hasWord(list []string, word string) bool { return slices.Contains(list, word) }

func parseRoles(list []string) (set model.Roles) {
	for _, r := range []model.Role{model.Server, model.Client} {
		if hasWord(list, r.String()) {
			set |= 1 << r
		}
	}
	return set
}

func parseKinds(list []string) (set model.Kinds) {
	for k := model.Open + 1; k < model.End; k++ {
		if hasWord(list, k.String()) {
			set |= model.KindsOf(k)
		}
	}
	return set
}

func parseSights(words []string) (set model.Sees) {
	for _, w := range words {
		set |= model.ParseSees(w)
	}
	return set
}

// stripComment returns the line without its comment and surrounding blanks.
func stripComment(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			line = line[:i]
			break
		}
	}
	return strings.TrimSpace(line)
}
