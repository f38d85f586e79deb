package nightly

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// propsPath is the package whose checks take their seed from the environment.
const propsPath = ourModule + "/props"

// propertyTests are the tests in files of a package that check properties: those that
// call props.Check or props.CheckConcurrent, directly or by functions of the same files.
// A call by way of another package, a variable or a method is not seen.
func propertyTests(files []string) ([]string, error) {
	calls := map[string]map[string]bool{} // of each function
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("look for tests of properties: %w", err)
		}
		local := importedAs(file, propsPath)
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil {
				calls[f.Name.Name] = called(f, local)
			}
		}
	}
	checks := map[string]bool{propsPath: true}
	for grown := true; grown; {
		grown = false
		for name, to := range calls {
			if !checks[name] && slices.ContainsFunc(slices.Collect(maps.Keys(to)), func(n string) bool { return checks[n] }) {
				checks[name], grown = true, true
			}
		}
	}
	var tests []string
	for name := range calls {
		if checks[name] && isTestName(name) {
			tests = append(tests, name)
		}
	}
	slices.Sort(tests)
	return tests, nil
}

// isTestName reports whether go test takes a function of that name for a test.
func isTestName(name string) bool {
	rest, is := strings.CutPrefix(name, "Test")
	return is && name != "TestMain" && (rest == "" || rest[0] < 'a' || rest[0] > 'z')
}

// importedAs is the name by which a file imports a package, empty if it does not.
func importedAs(file *ast.File, pkg string) string {
	for _, i := range file.Imports {
		if name, err := strconv.Unquote(i.Path.Value); err != nil || name != pkg {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}

// called are the functions that a function calls, by their names: those of its own package,
// and [propsPath] for the checks of what is imported as local.
func called(f *ast.FuncDecl, local string) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		if !is {
			return true
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			names[fun.Name] = true
		case *ast.SelectorExpr:
			from, is := fun.X.(*ast.Ident)
			if is && local != "" && from.Name == local && (fun.Sel.Name == "Check" || fun.Sel.Name == "CheckConcurrent") {
				names[propsPath] = true
			}
		}
		return true
	})
	return names
}
