package nightly

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/corpus"
)

func TestPropertyTests(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, text := range map[string]string{
		"a_test.go": `package a
import "github.com/pongcheck/pongcheck/props"
func TestDirect(t *testing.T)  { props.Check(t, p, impl) }
func TestAtOnce(t *testing.T)  { t.Run("x", func(t *testing.T) { props.CheckConcurrent(t, p, impl) }) }
func TestDeep(t *testing.T)    { outer(t) }
func outer(t *testing.T)       { inner(t); outer(t) }
func TestPassed(t *testing.T)  { t.Run("x", inner) }
func TestTwin(t *testing.T)    { twin(t) }
func twin(t *testing.T)        { props.Check(t, p, impl) }
func TestNone(t *testing.T)    { other(t); x.inner(t); props.Exhaust(t) }
func other(t *testing.T)       {}
func TestLoop(t *testing.T)    { ping(); }
func ping()                    { pong() }
func pong()                    { ping() }
func TestMain(m *testing.M)    { inner(m) }
func Testing(t *testing.T)     { inner(t) }
func (s suite) TestIt(t *testing.T) { inner(t) }
func BenchmarkX(b *testing.B)  { inner(b) }
`,
		"b_test.go": `package a_test
import check "github.com/pongcheck/pongcheck/props"
func inner(t *testing.T)      { check.Check(t, p, impl) }
func twin(t *testing.T)       {}
func TestÄhnlich(t *testing.T) { inner(t) }
func Testähnlich(t *testing.T) { inner(t) }
func TestNamed(t *testing.T)  { check.Check(t, p, impl) }
func TestValue(t *testing.T)  { var props x; props.Check(t) }
`,
		"c_test.go": `package a
import "example.com/props"
func TestForeign(t *testing.T) { props.Check(t) }
`,
	} {
		name = filepath.Join(dir, name)
		if err := corpus.WriteFile(name, text); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	got, err := propertyTests(files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"TestAtOnce", "TestDeep", "TestDirect", "TestNamed", "TestPassed", "TestTwin", "TestÄhnlich"}, got); diff != "" {
		t.Errorf("the tests that check properties (-want +got):\n%s", diff)
	}

	bad := filepath.Join(dir, "bad_test.go")
	if err := corpus.WriteFile(bad, "package a\nfunc {"); err != nil {
		t.Fatal(err)
	}
	if _, err := propertyTests([]string{bad}); err == nil || !strings.Contains(err.Error(), "bad_test.go:2:6") {
		t.Errorf("a file that is no Go: %v", err)
	}
}
