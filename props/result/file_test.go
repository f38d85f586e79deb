package result

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func TestLeave(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made", "when it is needed")
	t.Setenv(Env, folder)
	for _, class := range []string{"crash A", "crash B"} {
		if err := Leave("TestX/a b", Finding{Head: HeadOf("finding"), Class: class, Verdict: model.FAILED, Seen: "> ping"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := Leave("TestX/a_b"); err != nil { // a file of its own
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "result.TestX_a_b-*"+Ext))
	if err != nil || len(files) != 2 {
		t.Fatalf("files %q, error %v", files, err)
	}
	var text string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
	if strings.Contains(text, "crash A") || !strings.Contains(text, `"class":"crash B"`) || !strings.Contains(text, `"seen":"> ping"`) ||
		!strings.Contains(text, `"command":"go test github.com/pongcheck/pongcheck/props/result"`) {
		t.Errorf("left:\n%s", text)
	}
}

// What a target found last time and not this time is gone.
func TestLeaveParts(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(Env, folder)
	leave := func(target, part string) {
		if err := LeavePart(target, part, Finding{Head: HeadOf("finding"), Class: part}); err != nil {
			t.Fatal(err)
		}
	}
	leave("FuzzX", "crash A")
	leave("FuzzX_y", "crash B")
	if err := Clear("FuzzX"); err != nil {
		t.Fatal(err)
	}
	leave("FuzzX", "crash C")
	leave("FuzzX", "crash D")
	files, err := filepath.Glob(filepath.Join(folder, "*", "*"+Ext))
	if err != nil || len(files) != 3 || !strings.Contains(files[0], "FuzzX.crash_C") || !strings.Contains(files[1], "FuzzX.crash_D") || !strings.Contains(files[2], "FuzzX_y.crash_B") {
		t.Errorf("files %q, error %v", files, err)
	}
	t.Setenv(Env, "")
	if err := Clear("FuzzX"); err != nil {
		t.Error(err)
	}
}

func TestGoTest(t *testing.T) {
	const path = "go test github.com/pongcheck/pongcheck/props/result -run "
	for name, want := range map[string]string{
		"TestX":        "'^TestX$'",
		"FuzzX/seed#8": "'^FuzzX$/^seed#8$'",
		"TestX/a(b'c)": `'^TestX$/^a\(b'\''c\)$'`,
	} {
		if got := GoTest(name); got != path+want {
			t.Errorf("got %s, want %s%s", got, path, want)
		}
	}
}

func TestRunsTellTheirSeed(t *testing.T) {
	for env, want := range map[string]string{"": "", "99": `,"seed":99`, "new": ""} {
		t.Setenv(SeedEnv, env)
		text, err := Lines(testRun())
		if err != nil || strings.Contains(text, "seed") != (want != "") || !strings.Contains(text, want) {
			t.Errorf("%q: %s, error %v", env, text, err)
		}
	}
}

func TestLeaveSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(Env, file)
	if err := Leave("TestX"); err == nil || !strings.HasPrefix(err.Error(), "leave results in the folder PONGCHECK_RESULTS names: ") {
		t.Errorf("error %v", err)
	}
	t.Setenv(Env, "")
	if err := Leave("TestX"); err != nil {
		t.Error(err)
	}
}

func TestVerdictsReadBack(t *testing.T) {
	for v := model.NotReached; v <= model.FAILED; v++ {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got model.Verdict
		if err := json.Unmarshal(b, &got); err != nil || got != v {
			t.Errorf("%s: %v, error %v", b, got, err)
		}
	}
	var v model.Verdict
	if err := json.Unmarshal([]byte(`"PASSED"`), &v); err == nil {
		t.Error("PASSED is a verdict")
	}
}

// A signature says what is wrong with what, and nothing that helps to repeat it.
func TestSignature(t *testing.T) {
	seed := uint64(7)
	f := Finding{Head: HeadOf("finding"), Subject: "x", Version: "1", Rule: "crash", Verdict: model.FAILED, Class: "crash X", Certainty: model.Proved,
		Vantage: model.InProcess, Sentence: "secret", Innocent: "secret", Want: "secret", Seen: "secret", File: "secret", Origin: "secret",
		Seed: &seed, Index: &seed, Trace: "secret", Transcript: "secret", Runs: []string{"secret"}, Replay: "secret", Op: 3, Line: 4, Role: "secret", Test: "secret"}
	text, err := Lines(f.Signature())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"schema":1,"type":"finding","subject":"x","version":"1","rule":"crash","verdict":"FAILED","certainty":"proved","vantage":"in process","class":"crash X","known":false,"private":true}` + "\n"
	if text != want {
		t.Errorf("got %s", text)
	}
}
