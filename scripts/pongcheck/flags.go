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
			return nil, err
		}
		rest := f.Args()
		if ended := len(args) - len(rest); ended > 0 && args[ended-1] == "--" || len(rest) == 0 {
			return append(names, rest...), nil
		}
		names, args = append(names, rest[0]), rest[1:]
	}
}

// choice is a flag with a few possible values.
type choice struct {
	value string
	from  []string
}

// newChoice makes one whose default is the first value.
func newChoice(from ...string) *choice { return &choice{from[0], from} }

func (c *choice) String() string { return c.value }

func (c *choice) Set(s string) error {
	if !slices.Contains(c.from, s) {
		return fmt.Errorf("want %s", strings.Join(c.from, " or "))
	}
	c.value = s
	return nil
}

// publicLog reports whether what is printed may be public: in continuous integration, whose
// services set CI, it mostly is.
func publicLog() bool {
	ci := os.Getenv("CI")
	return ci != "" && ci != "false"
}

// durationFlag is a time, whose error says how one is written.
type durationFlag time.Duration

// durationVar is [flag.FlagSet.DurationVar] with that error.
func durationVar(f *flag.FlagSet, p *time.Duration, name string, value time.Duration, usage string) {
	*p = value
	f.Var((*durationFlag)(p), name, usage)
}

func (d *durationFlag) String() string { return time.Duration(*d).String() }

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

func (p *profileFlag) Set(s string) error {
	if _, ok := model.FindProfile(s); !ok || s == "" {
		return fmt.Errorf("want one of %s", profileNames())
	}
	p.name = s
	return nil
}

func profileNames() string {
	var names []string
	for _, p := range model.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// profileOr is the profile of the flag or, without one, the first that is named.
func (p *profileFlag) profileOr(names ...string) (model.Profile, error) {
	for _, name := range append([]string{p.name}, names...) {
		if name == "" {
			continue
		}
		found, ok := model.FindProfile(name)
		if !ok {
			return found, fmt.Errorf("unknown profile %q; there are %s", name, profileNames())
		}
		return found, nil
	}
	return model.RFC(), nil
}
