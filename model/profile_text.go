package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ParseProfile reads the text form of a profile: a name, then the settings that differ
// from those of rfc, each a word. The profile's name is the whole text, so that traces
// and reports can be judged by it again. See the grammar in the package comment.
func ParseProfile(text string) (Profile, error) {
	words := strings.Fields(text)
	if len(words) == 0 || strings.Contains(words[0], "=") {
		return Profile{}, fmt.Errorf("read profile %q: want NAME, then settings such as keeps or grain=1ms", text)
	}
	p := Profile{Name: strings.Join(words, " ")}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		set, ok := profileSettings[key]
		if !ok {
			return Profile{}, fmt.Errorf("read profile %q: unknown setting %q", text, word)
		}
		if want := set(&p, value); want != "" {
			return Profile{}, fmt.Errorf("read profile %q: setting %q: want %s", text, word, want)
		}
	}
	return p, nil
}

// profileSettings has the settings of the text form. Each sets a field of a profile to a
// value, or returns what it wants.
var profileSettings = map[string]func(p *Profile, value string) (want string){
	"policy": func(p *Profile, value string) string {
		p.Policy = Policy(max(0, slices.Index(policyNames[:], value)))
		return wantUnless(p.Policy != OpenPolicy, "one of "+strings.Join(policyNames[1:], ", "))
	},
	"equals": func(p *Profile, value string) string {
		p.Equals = map[string]Equals{"refused": EqualsRefused, "sent": EqualsSent}[value]
		return wantUnless(p.Equals != EqualsOpen, "refused or sent")
	},
	"signs": func(p *Profile, value string) string {
		p.Signs = map[string]Signs{"pong": PongSigns, "byte": ByteSigns}[value]
		return wantUnless(p.Signs != OpenSigns, "pong or byte")
	},
	"grain": func(p *Profile, value string) (want string) {
		var err error
		p.Grain, err = time.ParseDuration(value)
		return wantUnless(err == nil && p.Grain > 0, "a duration such as 1ms")
	},
	"sends":     func(p *Profile, value string) string { return setFlag(&p.Sends, value) },
	"leaves":    func(p *Profile, value string) string { return setFlag(&p.Leaves, value) },
	"timed":     func(p *Profile, value string) string { return setFlag(&p.Timed, value) },
	"silent":    func(p *Profile, value string) string { return setFlag(&p.Silent, value) },
	"keeps":     func(p *Profile, value string) string { return setFlag(&p.Keeps, value) },
	"postpones": func(p *Profile, value string) string { return setFlag(&p.Postpones, value) },
	"idles":     func(p *Profile, value string) string { return setFlag(&p.Idles, value) },
	"polls":     func(p *Profile, value string) string { return setFlag(&p.Polls, value) },
}

// setFlag sets a field that is true where its word stands alone.
func setFlag(field *bool, value string) (want string) {
	*field = true
	return wantUnless(value == "", "no value")
}

func wantUnless(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}
