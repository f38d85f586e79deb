package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// written is a folder with a file.
func written(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

const goodLine = `{"schema":1,"type":"finding","subject":"x","version":"1","rule":"crash","verdict":"FAILED","certainty":"proved","vantage":"wire","class":"crash X"}`

func TestReadLeavesOutNoMoreThanTheBadLine(t *testing.T) {
	for bad, want := range map[string]string{
		`{"schema":1,"type":"finding"`:  ":2: not a line of results: unexpected end of JSON input",
		`[]`:                            ":2: not a line of results: json: cannot unmarshal array",
		`{"schema":2,"type":"finding"}`: ":2: schema 2: this pongcheck reads schema 1",
		`{"type":"finding"}`:            ":2: schema 0: this pongcheck reads schema 1",
		`{"schema":1}`:                  ":2: a line without a type",
		`{"schema":1,"type":"finding","class":"x"}`:                            ":2: a finding without a verdict or a class",
		`{"schema":1,"type":"finding","verdict":"FAILED"}`:                     ":2: a finding without a verdict or a class",
		`{"schema":1,"type":"finding","verdict":"BAD","class":"x"}`:            `:2: "BAD" is no verdict`,
		strings.Replace(goodLine, "proved", "sure", 1):                         `:2: a finding whose certainty is "sure"`,
		strings.Replace(goodLine, "wire", "moon", 1):                           `:2: a finding whose vantage is "moon"`,
		strings.Replace(goodLine, `"vantage":"wire",`, "", 1):                  `:2: a finding whose vantage is ""`,
		`{"schema":1,"type":"verdict","traces":"many"}`:                        ":2: json: cannot unmarshal string",
		`{"schema":1,"type":"x","pad":"` + strings.Repeat("x", maxLine) + `"}`: ":2: a line of more than 16 MiB",
	} {
		second := strings.Replace(goodLine, "crash X", "crash Y", 1)
		r, err := Read(written(t, "a.jsonl", goodLine+"\n"+bad+"\n\n"+second))
		if err == nil || !strings.Contains(err.Error(), "a.jsonl"+want) {
			t.Errorf("%.60s: error %v, want %q", bad, err, want)
		}
		if len(r.Findings) != 2 || len(r.Troubles) != 1 {
			t.Errorf("%.60s: %d findings, troubles %q", bad, len(r.Findings), r.Troubles)
		}
	}
}

func TestReadPassesOver(t *testing.T) {
	for name, text := range map[string]string{
		"notes.txt": "not ours",
		"a.jsonl":   "\n  \n" + `{"schema":1,"type":"of tomorrow"}` + "\r\n",
	} {
		if r, err := Read(written(t, name, text)); err != nil || !r.Empty() {
			t.Errorf("%s: %+v, error %v", name, r, err)
		}
	}
	if r, err := Read("nowhere"); err == nil || len(r.Troubles) != 1 || r.Verdict() != "NOTHING WAS RUN" {
		t.Errorf("nowhere: %+v, error %v", r, err)
	}
}

// What a night works on is test data, and what is no regular file may never end.
func TestReadPassesOverWhatIsNoResult(t *testing.T) {
	dir := written(t, "a.jsonl", goodLine)
	module := filepath.Join(dir, "mirror", "m", "native")
	if err := os.MkdirAll(filepath.Join(module, "testdata"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module m\n", "testdata/x.jsonl": strings.Replace(goodLine, "crash X", "crash Y", 1)} {
		if err := os.WriteFile(filepath.Join(module, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := makePipe(filepath.Join(dir, "pipe.jsonl")); err != nil {
		t.Logf("without a pipe: %v", err)
	}
	if r, err := Read(dir); err != nil || len(r.Findings) != 1 {
		t.Errorf("findings %+v, error %v", r.Findings, err)
	}
	if r, err := Read(module); err != nil || len(r.Findings) != 1 {
		t.Errorf("of a module that is named: findings %+v, error %v", r.Findings, err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if r, err := Read(link); err != nil || len(r.Findings) != 1 {
		t.Errorf("by a link: findings %+v, error %v", r.Findings, err)
	}
}

func TestTroublesAreBounded(t *testing.T) {
	r, err := Read(written(t, "a.jsonl", strings.Repeat("x\n", 1000)+`{"schema":1,"type":"finding","verdict":"`+strings.Repeat("x", 1<<20)+`"}`))
	if len(r.Troubles) != maxTroubles+1 || !strings.HasSuffix(r.Troubles[maxTroubles], "a.jsonl: 981 more lines could not be read") {
		t.Errorf("%d troubles, the last one %.200q", len(r.Troubles), r.Troubles[len(r.Troubles)-1])
	}
	r, err2 := Read(written(t, "b.jsonl", `{"schema":1,"type":"finding","verdict":"`+strings.Repeat("x", 1<<20)+`"}`))
	if len(r.Troubles) != 1 || len(r.Troubles[0]) > maxTrouble+10 {
		t.Errorf("%d troubles, the first of %d bytes", len(r.Troubles), len(r.Troubles[0]))
	}
	if err == nil || err2 == nil || len(err.Error()) > 10_000 || len(err2.Error()) > maxTrouble+10 {
		t.Error("the errors are not bounded")
	}
}

func TestEachThingOnce(t *testing.T) {
	longer := strings.Replace(goodLine, `"class"`, `"trace":"pongcheck-trace 1\nping 61\n","class"`, 1)
	shorter := strings.Replace(goodLine, `"class"`, `"trace":"pongcheck-trace 1\n","class"`, 1)
	private := strings.Replace(goodLine, `"class"`, `"private":true,"class"`, 1)
	for want, lines := range map[string][]string{
		"pongcheck-trace 1\n":          {longer, shorter, goodLine},
		"pongcheck-trace 1\nping 61\n": {goodLine, longer},
		"":                             {longer, private, shorter},
	} {
		r, err := Read(written(t, "a.jsonl", strings.Join(lines, "\n")))
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Trace != want {
			t.Errorf("want %q, got %+v, error %v", want, r.Findings, err)
		}
	}
	known := strings.Replace(goodLine, `"class"`, `"known":true,"reason":"issue 7","class"`, 1)
	for want, lines := range map[bool][]string{true: {shorter, known}, false: {known, longer}} {
		r, err := Read(written(t, "a.jsonl", strings.Join(lines, "\n")))
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Known != want || r.Findings[0].Trace == "" {
			t.Errorf("want known %t and a trace, got %+v, error %v", want, r.Findings, err)
		}
	}
	verdict := `{"schema":1,"type":"verdict","subject":"x","version":"1","profile":"rfc","verdict":"OK","traces":%d}`
	r, err := Read(written(t, "a.jsonl", fmt.Sprintf(verdict+"\n"+verdict, 1, 2)))
	if err != nil || len(r.Subjects) != 1 || r.Subjects[0].Traces != 2 {
		t.Errorf("got %+v, error %v", r.Subjects, err)
	}
}

func TestMostSevereFirst(t *testing.T) {
	order := []result.Finding{
		{Verdict: model.FAILED, Rule: "pong.owed", Class: "pong.owed", Certainty: model.Proved},
		{Verdict: model.FAILED, Rule: "crash", Class: "crash A", Certainty: model.Proved},
		{Verdict: model.FAILED, Rule: "crash", Class: "crash B", Certainty: model.Proved},
		{Verdict: model.FAILED, Rule: "of tomorrow", Class: "of tomorrow", Certainty: model.Proved},
		{Verdict: model.FAILED, Rule: "send.mask", Class: "send.mask", Certainty: model.Inferred},
		{Verdict: model.FAILED, Rule: "send.mask", Class: "send.mask x", Certainty: model.Proved, Known: true},
		{Verdict: model.NonStrict, Rule: "send.mask", Class: "send.mask", Certainty: model.Proved},
		{Verdict: model.Informational, Rule: "send.mask", Class: "send.mask", Certainty: model.Proved},
	}
	r := new(Run)
	for i := range order {
		r.Findings = append(r.Findings, order[(i*5+3)%len(order)])
	}
	r.dropRepeatsAndSort()
	if diff := cmp.Diff(order, r.Findings); diff != "" {
		t.Errorf("the right order (-), and what it is (+):\n%s", diff)
	}
}

// What is not known to be right is never called so.
func TestVerdict(t *testing.T) {
	ok := result.Verdict{Subject: "x", Verdict: model.OK, Traces: 1}
	nonStrict, failed := ok, ok
	nonStrict.Verdict, failed.Verdict = model.NonStrict, model.FAILED
	night := result.Night{Time: "2026-11-20T01:00:00Z", Commit: "a", Shard: "1/2", Troubles: 1}
	later := result.Night{Time: "2026-11-20T01:00:05Z", Commit: "a", Shard: "2/2"}
	known := []result.Finding{{Verdict: model.FAILED, Known: true, Subject: "x"}}
	for _, c := range []struct {
		why, want string
		run       Run
	}{
		{"a command alone", "NOTHING WAS RUN", Run{Commands: []result.Run{{}}}},
		{"no trace", "NOTHING WAS RUN", Run{Subjects: []result.Verdict{{Subject: "x", Verdict: model.OK}}}},
		{"no execution", "NOTHING WAS RUN", Run{Targets: []result.Target{{Target: "FuzzX"}}}},
		{"the nights of a store", "NOTHING WAS RUN", Run{Nights: []result.Night{later}}},
		{"known", "OK", Run{Subjects: []result.Verdict{ok}, Findings: known}},
		{"known, by the verdict too", "OK", Run{Subjects: []result.Verdict{failed}, Findings: known}},
		{"an error", "INCOMPLETE", Run{Subjects: []result.Verdict{ok, {Verdict: model.OK, Traces: 1, Error: "hung"}}}},
		{"no trace of one", "INCOMPLETE", Run{Subjects: []result.Verdict{ok, {Subject: "y", Verdict: model.OK}}}},
		{"a trouble of the first machine", "INCOMPLETE", Run{Subjects: []result.Verdict{ok}, Nights: []result.Night{night, later}}},
		{"a finding that is not strict", "NON-STRICT", Run{Subjects: []result.Verdict{ok}, Findings: []result.Finding{{Verdict: model.NonStrict}}}},
		{"a verdict without its finding", "NON-STRICT", Run{Subjects: []result.Verdict{nonStrict, ok}}},
		{"a failure without its finding", "FAILED", Run{Subjects: []result.Verdict{failed}}},
	} {
		if got := c.run.Verdict(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.why, got, c.want)
		}
	}
	for why, r := range map[string]Run{
		"a finding":        {Findings: []result.Finding{{Verdict: model.FAILED}}, Troubles: []string{"x"}},
		"a mutant is left": {Mutants: []result.Mutant{{Found: never}}},
	} {
		if got := r.Verdict(); got != "FAILED" {
			t.Errorf("%s: got %s", why, got)
		}
	}
	if r := (Run{Subjects: []result.Verdict{ok}, Troubles: []string{"a.jsonl:1: x"}}); r.Verdict() != "INCOMPLETE" {
		t.Errorf("got %s", r.Verdict())
	}
}

func TestEmbargo(t *testing.T) {
	whole := result.Finding{Subject: "x", Version: "2", Class: "crash X", Rule: "crash", Verdict: model.FAILED, Newest: true,
		Sentence: "secret", Trace: "secret", Transcript: "secret", Runs: []string{"secret"}, Replay: "secret", Want: "secret", Seen: "secret",
		Origin: "secret", Innocent: "secret", Op: 7}
	private, public, old, told, listed := whole, whole, whole, whole, whole
	private.Class, private.Known, private.Reason = "crash Y", true, "private: found, not yet reported"
	public.Class, public.Known, public.Reason = "crash Z", true, "issue 7"
	old.Version, old.Newest, old.Class = "1", false, "crash of old"
	told.Version, told.Newest, told.Class, told.Private = "1", false, "crash told", true
	listed.Newest, listed.Class = false, "crash listed"
	r := &Run{
		Findings: []result.Finding{whole, private, public, old, told, listed},
		Subjects: []result.Verdict{{Traces: 1, Subject: "x", Version: "2", Error: "secret", File: "secret"}, {Traces: 1, Subject: "x", Version: "2", File: "secret, too"},
			{Traces: 1, Subject: "x", Version: "1", Error: "hung", File: "a.txt"}, {Traces: 1, Subject: "x", Version: "3"}},
		Targets: []result.Target{{Package: "p", Target: "FuzzX", Off: "its own input secret fails"}},
	}
	r.Embargo(func(subject, version string) bool { return subject == "x" && version == "2" })
	secret := map[string]bool{"crash X": true, "crash Y": true, "crash told": true, "crash listed": true}
	for i := range r.Findings {
		f := &r.Findings[i]
		told := strings.Contains(fmt.Sprintf("%+v", *f), "secret") || f.Op != 0
		if told == secret[f.Class] || f.Private != secret[f.Class] || f.Class == "" {
			t.Errorf("%d: got %+v", i, *f)
		}
	}
	if len(r.Findings) != 6 {
		t.Errorf("%d findings", len(r.Findings))
	}
	rest := fmt.Sprintf("%+v", r.Subjects) + fmt.Sprintf("%+v", r.Targets)
	if strings.Contains(rest, "secret") || !strings.Contains(rest, "Error:hung") || !strings.Contains(rest, "File:a.txt") || len(r.Subjects) != 4 {
		t.Errorf("told %s", rest)
	}
	if n := len(r.CutShort()); n != 2 {
		t.Errorf("%d runs ended early", n)
	}
}

// The sentence and the head speak English, and of the sources apart from the tool.
func TestHeadOfANight(t *testing.T) {
	r := &Run{Nights: []result.Night{{Time: "2026-11-20T01:00:00Z", Commit: "8f2c", Version: "v1.2.3", Go: "go1.26", Troubles: 1}},
		Findings: []result.Finding{{Verdict: model.FAILED}, {Verdict: model.FAILED, Known: true, Class: "crash"}}}
	page := render(t, func(w io.Writer) error { return HTML(w, r, nil) })
	for _, want := range []string{"<dt>Sources</dt><dd>commit <code>8f2c</code></dd>", "<dt>Pongcheck</dt><dd>v1.2.3</dd>",
		"1 failure not known before, 1 known failure", ": once something did not go as it should have<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	r.Nights[0].Troubles = 3
	if got := r.CutShort()[0]; got != "the night of 2026-11-20T01:00:00Z: 3 times something did not go as it should have" {
		t.Error(got)
	}
}
