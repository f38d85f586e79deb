package props

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/result"
)

// What most tests here find is wrong on purpose, and nothing to report.
func TestMain(m *testing.M) {
	os.Unsetenv(result.Env)
	os.Exit(m.Run())
}

// leftBy are the findings and the verdicts that one test left.
func leftBy(t *testing.T, folder string) (found []result.Finding, verdicts []result.Verdict) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"+result.Ext))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, error %v", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var f result.Finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		switch f.Type {
		case "finding":
			found = append(found, f)
			continue
		case "run":
			continue
		}
		var v result.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		verdicts = append(verdicts, v)
	}
	return found, verdicts
}

func asyncio(t *testing.T) *model.Implementation {
	impl, ok := specimen.Find("specimen/asyncio@14.1")
	if !ok {
		t.Fatal("the specimen is gone")
	}
	return impl
}

func TestCheckLeavesResults(t *testing.T) {
	t.Chdir(t.TempDir())
	folder := t.TempDir()
	t.Setenv(result.Env, folder)
	t.Setenv(result.SeedEnv, "99")
	const test = "github.com/pongcheck/pongcheck/props TestPings/v1"
	for range 2 { // the second takes the place of the first
		checked(&fake{name: "TestPings/v1"}, asyncio(t))
	}
	found, verdicts := leftBy(t, folder)
	if len(found) == 0 || len(verdicts) != 1 {
		t.Fatalf("%d findings, %d verdicts", len(found), len(verdicts))
	}
	f := found[0]
	if f.Class != "crash InvalidStateError" || f.Verdict != model.FAILED || f.Test != test || f.Profile != "websockets" ||
		f.Replay != "PONGCHECK_SEED=99 go test github.com/pongcheck/pongcheck/props -run '^TestPings$/^v1$'" || !strings.Contains(f.Seen, "! data_received InvalidStateError") {
		t.Errorf("got %+v", f)
	}
	if trace, err := text.ParseString(f.Transcript); err != nil || trace.Trace().String() != f.Trace {
		t.Errorf("transcript and trace differ, or error %v:\n%s%s", err, f.Transcript, f.Trace)
	}
	v := verdicts[0]
	if v.Verdict != model.FAILED || v.Rules["crash"] != model.FAILED || v.Rules["pong.echo"] != model.OK || v.Traces == 0 || v.Test != test ||
		v.Properties["cuts"].Experiments == 0 || v.Error != "" {
		t.Errorf("got %+v", v)
	}
}

func TestCheckConcurrentLeavesResults(t *testing.T) {
	t.Chdir(t.TempDir())
	folder := t.TempDir()
	t.Setenv(result.Env, folder)
	checkedAtOnce(&fake{name: "TestAtOnce"}, specimen.Races()[1].Implementation())
	found, verdicts := leftBy(t, folder)
	if len(found) != 1 || found[0].Class != "crash specimen.keyError" || found[0].Trace != "" || !strings.Contains(found[0].Seen, "goroutine 2") {
		t.Errorf("got %+v", found)
	}
	if len(verdicts) != 1 || verdicts[0].Verdict != model.FAILED {
		t.Errorf("got %+v", verdicts)
	}
}

func TestNothingIsLeftUnasked(t *testing.T) {
	t.Chdir(t.TempDir())
	checked(&fake{name: "TestPings"}, asyncio(t))
	if files, _ := filepath.Glob("*"); len(files) != 1 || files[0] != "testdata" {
		t.Errorf("files %q", files)
	}
}
