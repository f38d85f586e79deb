package nightly

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// propsPath is the package whose checks read their seed from the environment.
const propsPath = ourModule + "/props"

// propertyTests returns the tests in files of a package that check properties: those that mention
// props.Check or props.CheckConcurrent, or functions of the same files that do. It does not see
// calls by way of another package, a variable or a method.
func propertyTests(files []string) ([]string, error) {
	mentioned := map[string]map[string]bool{} // in each function
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("look for tests of properties: %w", err)
		}
		local := importedAs(file, propsPath)
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && f.Body != nil {
				if mentioned[f.Name.Name] == nil {
					mentioned[f.Name.Name] = map[string]bool{}
				}
				addMentions(f.Body, local, mentioned[f.Name.Name])
			}
		}
	}
	checks := map[string]bool{propsPath: true}
	for grown := true; grown; {
		grown = false
		for name, others := range mentioned {
			for other := range others {
				if checks[other] && !checks[name] {
					checks[name], grown = true, true
				}
			}
		}
	}
	var tests []string
	for name := range mentioned {
		if checks[name] && isTestName("Test", name) {
			tests = append(tests, name)
		}
	}
	slices.Sort(tests)
	return tests, nil
}

// isTestName reports whether go test runs a function with a name as a test.
func isTestName(prefix, name string) bool {
	rest, is := strings.CutPrefix(name, prefix)
	first, _ := utf8.DecodeRuneInString(rest)
	return is && name != "TestMain" && !unicode.IsLower(first)
}

// importedAs returns the name by which a file imports a package, empty if it does not.
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

// addMentions adds the names in the body of a function to others. For checks of the package that
// is imported as local it adds [propsPath].
func addMentions(body *ast.BlockStmt, local string, others map[string]bool) {
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			others[n.Name] = true
		case *ast.SelectorExpr:
			from, is := n.X.(*ast.Ident)
			if is && local != "" && from.Name == local && (n.Sel.Name == "Check" || n.Sel.Name == "CheckConcurrent") {
				others[propsPath] = true
			}
			ast.Inspect(n.X, visit) // the selected name belongs to another package or type
			return false
		}
		return true
	}
	ast.Inspect(body, visit)
}
