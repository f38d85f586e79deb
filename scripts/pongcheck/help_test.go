package main

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/model"
)

// Every page fits in 80 columns, has no trailing blanks, and quotes what a shell would
// take apart.
func TestHelpFits(t *testing.T) {
	pages := map[string]string{"": topPage()}
	for _, name := range helpNames() {
		page, err := findPage(name)
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = page
	}
	unquoted := regexp.MustCompile(`[^'=\w/:.-][a-z0-9]+://[^' ]*[?&]`)
	for name, page := range pages {
		for line := range strings.Lines(page) {
			line = strings.TrimRight(line, "\n")
			if n := utf8.RuneCountInString(line); n > helpWidth {
				t.Errorf("help %s: %d columns, more than %d: %s", name, n, helpWidth, line)
			}
			if strings.TrimRight(line, " \t") != line {
				t.Errorf("help %s: blanks at the end of: %q", name, line)
			}
			if unquoted.MatchString(line) {
				t.Errorf("help %s: a URL that a shell takes apart needs quotes: %s", name, line)
			}
		}
	}
}

// Every rule is explained by a transcript that breaks it and a legal one. Only one rule
// cannot be broken.
func TestRulePagesHaveExamples(t *testing.T) {
	for _, r := range model.Rules() {
		page, err := findPage(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		breaks := regexp.MustCompile(`(?s)\nBreaks it.*Verdict: [-A-Z]+ ` + regexp.QuoteMeta(r.ID) + `\b`).MatchString(page)
		if legal := strings.Contains(page, "\nLegal"); !legal || !breaks && r.ID != "recv.minimal" {
			t.Errorf("help %s: an example that breaks the rule %v, a legal one %v; want both:\n%s", r.ID, breaks, legal, page)
		}
	}
}

// What a rule may need to see, and what a profile may fix, is explained.
func TestTopicsNameEverything(t *testing.T) {
	var all model.Sees
	for _, s := range sights {
		all |= s.need
	}
	if all != model.SeesAll {
		t.Errorf("sights explain %b of %b", all, model.SeesAll)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[model.Profile]()) {
		if f.Name != "Name" && choices[f.Name] == "" {
			t.Errorf("what a profile fixes by %s is not explained", f.Name)
		}
	}
}

// The topics that print parts of model's package comment find them.
func TestDocSectionsExist(t *testing.T) {
	for section, want := range map[string]string{"Words": "  - settle:", "The text form": "recv-ping P"} {
		if text := docSection(section); !strings.Contains(text, want) || strings.Contains(text, "package model") {
			t.Errorf("section %q of model/doc.go: want %q in it, and nothing after it:\n%s", section, want, text)
		}
	}
}
