package props

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// agrees reports whether the model finds nothing in a run of generated traces.
func agrees(t *testing.T, impl *model.Implementation) bool {
	t.Helper()
	r, err := Run(t.Context(), upTo, impl, Options{N: 5000, Seed: 7, NoCorpus: true})
	if err != nil {
		t.Fatal(err)
	}
	for f := range r.Failures() {
		t.Logf("%s", f)
		return false
	}
	return true
}

// violated are the worst violations of the properties, by name.
func violated(t *testing.T, impl *model.Implementation, o Options) map[string]*Finding {
	t.Helper()
	r, err := RunProperties(t.Context(), upTo, impl, o)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]*Finding{}
	for i := range r.Findings {
		if v := &r.Findings[i]; m[v.Violation.Property.Name] == nil || v.Verdict > m[v.Violation.Property.Name].Verdict {
			m[v.Violation.Property.Name] = v
		}
	}
	return m
}

// alsoSeen are the properties by which the impostors of another are seen, too: a Pong
// that comes again is one that matches nothing.
var alsoSeen = map[string]string{"unsolicited": "duplicate-pong", "duplicate-pong": "unsolicited"}

// A property that nothing can violate is itself a defect. Each sees through a tracker
// that the model and the other properties let through. What it makes of it depends on
// whether anything promises that it be otherwise.
func TestEveryPropertySeesWhatNothingElseSees(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range impostors() {
		if !c.agrees {
			continue
		}
		t.Run(c.property+"/"+c.does, func(t *testing.T) {
			impl := tracking(c.tracker)
			if !agrees(t, impl) {
				t.Errorf("the model does not let it through")
			}
			all := violated(t, impl, Options{N: 3000, Seed: 7})
			sees(t, c, all[c.property])
			for name := range all {
				if name != c.property && name != alsoSeen[c.property] {
					t.Errorf("it violates %s, too", name)
				}
			}
			seen[c.property] = true
		})
	}
	for _, x := range metamorphic.All() {
		if !seen[x.Name] {
			t.Errorf("nothing violates %s alone", x.Name)
		}
	}
}

// Each property kills a tracker by itself, with all others switched off.
func TestEveryPropertyKills(t *testing.T) {
	killed := map[string]bool{}
	for _, c := range impostors() {
		if c.verdict != model.FAILED {
			continue
		}
		t.Run(c.property+"/"+c.does, func(t *testing.T) {
			x, _ := metamorphic.Find(c.property)
			r, err := RunProperty(t.Context(), x, upTo, tracking(c.tracker), Options{N: 3000, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Findings) == 0 {
				t.Fatal("it is not violated")
			}
			v := &r.Findings[len(r.Findings)-1]
			sees(t, c, v)
			if c.agrees != (v.Violation.Broken == nil) {
				t.Errorf("the model agrees: %v, but it finds %v", c.agrees, v.Violation.Broken)
			}
			killed[c.property] = true
		})
	}
	for _, x := range metamorphic.All() {
		if !killed[x.Name] {
			t.Errorf("nothing is killed by %s", x.Name)
		}
	}
}

// sees fails t unless v is the violation by c.
func sees(t *testing.T, c impostor, v *Finding) {
	t.Helper()
	if v == nil {
		t.Fatal("it is not violated")
	}
	v.Shrunk.Profile = ""
	if got := propstest.OneLine(v.Shrunk); v.Verdict != c.verdict || got != c.shrunk {
		t.Errorf("%s, shrunk to %s; want %s, %s", v.Verdict, got, c.verdict, c.shrunk)
	}
}
