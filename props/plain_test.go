package props_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// poison is what must not reach a terminal or a log of CI as it is.
const poison = "a\x1b[31mred\x1b]0;title\x07\u009b1m\u202eabc\rover\n::error::x\n##[group]y"

// plainTest keeps what a check prints.
type plainTest struct {
	testing.TB
	printed strings.Builder
}

func (p *plainTest) print(args ...any)                 { fmt.Fprintln(&p.printed, args...) }
func (p *plainTest) Log(args ...any)                   { p.print(args...) }
func (p *plainTest) Logf(format string, args ...any)   { p.print(fmt.Sprintf(format, args...)) }
func (p *plainTest) Error(args ...any)                 { p.print(args...) }
func (p *plainTest) Errorf(format string, args ...any) { p.print(fmt.Sprintf(format, args...)) }
func (p *plainTest) Fatal(args ...any)                 { p.print(args...) }
func (p *plainTest) Fatalf(format string, args ...any) { p.print(fmt.Sprintf(format, args...)) }

// What a hostile subject says is told as plain text in the test of its user: its name, its
// version, a panic, the error of opening.
func TestHostileSubjectsAreToldPlainly(t *testing.T) {
	values := map[string]any{
		"text": poison, "error": errors.New(poison), "long": strings.Repeat(poison, 1<<16),
		"Error panics": badError{}, "map": map[string]any{poison: poison},
		"struct": struct{ A, B any }{poison, []byte(poison)}, "nil": nil, "func": func() {},
	}
	for name, value := range values {
		p := &plainTest{TB: t}
		props.Check(p, model.RFC(), &model.Implementation{Name: poison, Version: poison,
			Info: model.Info{Can: model.KindsOf(model.RecvPing, model.Settle), Sees: model.SeesFrames, Roles: model.ServerRole},
			New:  func() model.Subject { return panicking{value} }}, func(o *props.Options) { o.NoFiles, o.NoCorpus, o.N, o.Sweep = true, true, 5, 1 })
		got := p.printed.String()
		if got == "" || got != model.Plain(got) || len(got) > 1<<20 {
			t.Errorf("%s: %d bytes, not plain: %.2000q", name, len(got), got)
		}
	}
}

// panicking panics at each Ping.
type panicking struct{ value any }

func (p panicking) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.RecvPing {
		panic(p.value)
	}
}

type badError struct{}

func (badError) Error() string { panic(poison) }

// Each text that the packages for a user's tests print passes model.Plain where it is printed:
// a new output cannot come back raw.
func TestOutputsPassPlain(t *testing.T) {
	tests := map[string]bool{"t": true, "f": true, "b": true, "tb": true, "test": true}
	prints := map[string]bool{"Error": true, "Errorf": true, "Fatal": true, "Fatalf": true, "Log": true, "Logf": true, "Skip": true, "Skipf": true, "Attr": true}
	n := 0
	for _, root := range []string{".", "../fuzz"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if d.IsDir() && (d.Name() == "subject" || d.Name() == "testdata" || d.Name() == "propstest") {
				return fs.SkipDir // another module, data, tests
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				fun, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !prints[fun.Sel.Name] {
					return true
				}
				if of, ok := fun.X.(*ast.Ident); !ok || !tests[of.Name] {
					return true
				}
				n++
				if why := rawArgument(call.Args); why != "" {
					t.Errorf("%s: %s prints text that did not pass model.Plain: %s", files.Position(call.Pos()), fun.Sel.Name, why)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 20 {
		t.Errorf("found %d places that print", n)
	}
}

// rawArgument says which argument may be text from outside. Constants are not, nor is what
// Plain returns, nor what a format takes by %d, %x, %q or %t.
func rawArgument(args []ast.Expr) string {
	safe := func(e ast.Expr) bool {
		switch e := e.(type) {
		case *ast.BasicLit:
			return true
		case *ast.Ident:
			return e.Name == "skipReason"
		case *ast.CallExpr:
			fun, ok := e.Fun.(*ast.SelectorExpr)
			return ok && fun.Sel.Name == "Plain"
		}
		return false
	}
	var format string
	if text, ok := args[0].(*ast.BasicLit); ok {
		format = text.Value
	}
	verbs := strings.Split(format, "%")[1:]
	for i, arg := range args {
		numeric := i > 0 && i <= len(verbs) && strings.ContainsAny(verbs[i-1][:min(1, len(verbs[i-1]))], "dxqt")
		if !safe(arg) && !numeric {
			return fmt.Sprintf("argument %d", i+1)
		}
	}
	return ""
}
