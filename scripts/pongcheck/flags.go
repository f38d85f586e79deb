package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// parseFlags parses flags that stand before, after or among names; "--" ends
// them. It returns the names.
func parseFlags(f *flag.FlagSet, args []string) (names []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, explainFlagError(f, err)
		}
		rest := f.Args()
		if ended := len(args) - len(rest); ended > 0 && args[ended-1] == "--" || len(rest) == 0 {
			return append(names, rest...), nil
		}
		names, args = append(names, rest[0]), rest[1:]
	}
}

// explainFlagError adds to an error of package flag what to write instead.
func explainFlagError(f *flag.FlagSet, err error) error {
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		return fmt.Errorf("unknown flag -%s%s", name, didYouMean("-"+name, flagNames(f)))
	}
	if text, number := strings.CutSuffix(text, ": parse error"); number && strings.HasPrefix(text, "invalid value") {
		return errors.New(text + ": want a whole number")
	}
	return err
}

// flagNames returns the names of the flags, each with its dash.
func flagNames(f *flag.FlagSet) (names []string) {
	f.VisitAll(func(f *flag.Flag) { names = append(names, "-"+f.Name) })
	return names
}

// choice is a flag with a few possible values.
type choice struct {
	value string
	from  []string
}

// newChoice returns a choice whose default is the first value.
func newChoice(from ...string) *choice { return &choice{from[0], from} }

func (c *choice) String() string { return c.value }

// Set implements [flag.Value].
func (c *choice) Set(s string) error {
	if !slices.Contains(c.from, s) {
		return fmt.Errorf("want %s%s", strings.Join(c.from, " or "), didYouMean(s, c.from))
	}
	c.value = s
	return nil
}

// publicLog reports whether the output may be public. The services of continuous
// integration, whose logs mostly are, set CI.
func publicLog() bool {
	ci := os.Getenv("CI")
	return ci != "" && ci != "false"
}

// durationFlag is a time. Its error says how to write one.
type durationFlag time.Duration

// durationVar is [flag.FlagSet.DurationVar] with that error.
func durationVar(f *flag.FlagSet, p *time.Duration, name string, value time.Duration, usage string) {
	*p = value
	f.Var((*durationFlag)(p), name, usage)
}

func (d *durationFlag) String() string { return time.Duration(*d).String() }

// Set implements [flag.Value].
func (d *durationFlag) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil {
		return errors.New("want a duration, such as 5s")
	}
	*d = durationFlag(v)
	return nil
}

// profileFlag is the name of a profile, or empty.
type profileFlag struct{ name string }

func (p *profileFlag) String() string { return p.name }

// Set implements [flag.Value].
func (p *profileFlag) Set(s string) error {
	if _, ok := model.FindProfile(s); !ok || s == "" {
		return unknownProfile(s)
	}
	p.name = s
	return nil
}

func unknownProfile(name string) error {
	if strings.Contains(name, " ") {
		_, err := model.ParseProfile(name)
		return err
	}
	all := profileNames()
	if guess := didYouMean(name, all); guess != "" {
		return fmt.Errorf("unknown profile %q%s", name, guess)
	}
	return fmt.Errorf("unknown profile %q: want one of %s", name, strings.Join(all, ", "))
}

func profileNames() (names []string) {
	for _, p := range model.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// profileOr returns the profile of the flag or, without one, of the first name that
// is not empty.
func (p *profileFlag) profileOr(names ...string) (model.Profile, error) {
	for _, name := range append([]string{p.name}, names...) {
		if name == "" {
			continue
		}
		found, ok := model.FindProfile(name)
		if !ok {
			return found, unknownProfile(name)
		}
		return found, nil
	}
	return model.RFC(), nil
}
