package format

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// goMagic is the first line of an input file of go test.
const goMagic = "go test fuzz v1"

// GoFile returns the file testdata/fuzz/FuzzX/NAME for a target with one []byte.
func GoFile(data []byte) []byte { return fmt.Appendf(nil, "%s\n[]byte(%q)\n", goMagic, data) }

// encodeGo returns the file that go test itself would write.
func encodeGo(in Input) ([]byte, error) {
	if in.Form != Args {
		return GoFile(in.Data), nil
	}
	again, err := decodeGo(in.Data)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again.Data, in.Data) {
		return nil, errors.New("the arguments are not in the form that go test writes")
	}
	return in.Data, nil
}

// decodeGo reads an input file of go test. A single []byte becomes a raw input. Other arguments
// keep their text, without blank lines and surrounding blanks.
func decodeGo(file []byte) (Input, error) {
	var lines []string
	for line := range strings.Lines(string(file)) {
		lines = append(lines, strings.TrimSpace(line))
	}
	if len(lines) == 0 || lines[0] != goMagic {
		return Input{}, fmt.Errorf("line 1: want %q", goMagic)
	}
	kept := lines[:1]
	var single *string
	for i, line := range lines[1:] {
		if line == "" {
			continue
		}
		value, err := goArgument(line)
		if err != nil {
			return Input{}, fmt.Errorf("line %d %.80q: %w", i+2, line, err)
		}
		single = value
		kept = append(kept, line)
	}
	switch {
	case len(kept) == 1:
		return Input{}, errors.New("there is no argument")
	case len(kept) == 2 && single != nil:
		return Input{Form: Raw, Data: []byte(*single)}, nil
	}
	return Input{Form: Args, Data: []byte(strings.Join(kept, "\n") + "\n")}, nil
}

var errArgument = errors.New(`want an argument such as []byte("a"), string("a"), int(1), float64(0.5), bool(true) or rune('a')`)

// goArgument checks the line of one argument. For a []byte it returns the value.
func goArgument(line string) (*string, error) {
	expr, err := parser.ParseExpr(line)
	if err != nil {
		return nil, errArgument
	}
	call, ok := expr.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || call.Ellipsis.IsValid() {
		return nil, errArgument
	}
	if array, ok := call.Fun.(*ast.ArrayType); ok {
		return bytesLiteral(array, call.Args[0])
	}
	if !isGoType(call.Fun) || !isGoLiteral(call.Args[0]) {
		return nil, errArgument
	}
	return nil, nil
}

func bytesLiteral(array *ast.ArrayType, arg ast.Expr) (*string, error) {
	of, isName := array.Elt.(*ast.Ident)
	literal, isLiteral := arg.(*ast.BasicLit)
	if array.Len != nil || !isName || of.Name != "byte" || !isLiteral || literal.Kind != token.STRING {
		return nil, errArgument
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		return nil, errArgument
	}
	return &value, nil
}

func isGoType(fun ast.Expr) bool {
	switch fun := fun.(type) {
	case *ast.Ident:
		switch fun.Name {
		case "string", "bool", "byte", "rune", "float32", "float64",
			"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64":
			return true
		}
	case *ast.SelectorExpr: // NaNs with a payload
		of, ok := fun.X.(*ast.Ident)
		return ok && of.Name == "math" && (fun.Sel.Name == "Float32frombits" || fun.Sel.Name == "Float64frombits")
	}
	return false
}

func isGoLiteral(arg ast.Expr) bool {
	if sign, ok := arg.(*ast.UnaryExpr); ok && (sign.Op == token.SUB || sign.Op == token.ADD) {
		arg = sign.X
	}
	switch arg := arg.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		switch arg.Name {
		case "true", "false", "NaN", "Inf":
			return true
		}
	}
	return false
}
