package format

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
	"github.com/pongcheck/pongcheck/model/text"
)

// genInput makes inputs of all forms. Traces are the bytes of traces, as an encoder
// writes them.
func genInput() gopter.Gen {
	data := gen.SliceOf(gen.UInt8())
	return gen.Weighted([]gen.WeightedGen{
		{Weight: 4, Gen: data.Map(func(b []byte) Input { return Input{Form: Raw, Data: b} })},
		{Weight: 1, Gen: gen.Const(Input{Form: Raw, Data: []byte{}})},
		{Weight: 2, Gen: data.Map(func(b []byte) Input { return Input{Form: Trace, Data: canonical(b)} })},
		{Weight: 3, Gen: gen.SliceOf(gen.UInt64()).SuchThat(func(n []uint64) bool { return len(n) > 0 }).
			Map(func(n []uint64) Input { return Input{Form: Args, Data: arguments(n)} })},
	})
}

// canonical is the bytes that an encoder writes for the trace to which some decode.
func canonical(b []byte) []byte { return text.Encode(text.Decode(b)) }

// arguments is a file of go test with an argument for each number.
func arguments(numbers []uint64) []byte {
	b := []byte(goMagic + "\nbool(true)\n")
	for i, n := range numbers {
		b = append(b, argument(i, n)...)
		b = append(b, '\n')
	}
	return b
}

func argument(i int, n uint64) string {
	switch (i + int(n%13)) % 9 {
	case 0:
		return fmt.Sprintf("int64(%d)", int64(n))
	case 1:
		return fmt.Sprintf("float64(%v)", math.Float64frombits(n))
	case 2:
		return fmt.Sprintf("math.Float32frombits(0x%x)", uint32(n))
	case 3:
		return fmt.Sprintf("string(%q)", fmt.Append(nil, n)[:1])
	case 4:
		return fmt.Sprintf("[]byte(%q)", []byte{byte(n), '\n', '(', '"', byte(n >> 8)})
	case 5:
		return fmt.Sprintf("byte(%q)", byte(n))
	case 6:
		return fmt.Sprintf("rune(%q)", rune(n%0xd800))
	case 7:
		return "float32(-Inf)"
	}
	return fmt.Sprintf("uint8(%d)", uint8(n))
}

const tries = 500

// takes says whether a codec has a file for an input.
func takes(c Codec, in Input) bool {
	return (in.Form != Args || c.Name == "go") && (len(in.Data) > 0 || c.Name != "gofuzzbuild1")
}

func TestWhatACodecWritesComesBack(t *testing.T) {
	for _, c := range Codecs() {
		t.Run(c.Name, func(t *testing.T) {
			back := prop.ForAll(func(in Input) (bool, error) {
				file, err := c.Encode(in)
				if !takes(c, in) {
					return err != nil && file == nil, nil
				}
				if err != nil {
					return false, err
				}
				got, err := c.decodeLimited(file)
				want := in.Data
				if c.Name == "trace" {
					want = canonical(want)
				}
				again, err2 := c.Encode(got)
				return bytes.Equal(got.Data, want) && (got.Form == Args) == (in.Form == Args) &&
					bytes.Equal(again, file), errors.Join(err, err2)
			}, genInput())
			check(t, back, tries)
		})
	}
}

func check(t *testing.T, p gopter.Prop, tries int) {
	t.Helper()
	params := gopter.DefaultTestParametersWithSeed(1)
	params.MinSuccessfulTests = tries
	if r := p.Check(params); !r.Passed() {
		t.Errorf("%+v", r)
	}
}

// values yields inputs.
func values(inputs []Input) iter.Seq2[Input, error] {
	return func(yield func(Input, error) bool) {
		for _, in := range inputs {
			if !yield(in, nil) {
				return
			}
		}
	}
}

func TestWhatAFileOfManyHoldsComesBack(t *testing.T) {
	raw := gen.SliceOf(genInput().SuchThat(func(in Input) bool { return in.Form != Args }).Map(func(in Input) Input {
		return Input{Form: Raw, Data: in.Data}
	}))
	hex := prop.ForAll(func(inputs []Input) (string, error) {
		var b bytes.Buffer
		_, err := WriteHex(&b, values(inputs))
		return same(inputs, ReadHex(&b)), err
	}, raw)
	t.Run("hex", func(t *testing.T) { check(t, hex, tries/10) })

	json := prop.ForAll(func(inputs []Input) (string, error) {
		var b bytes.Buffer
		_, err := WriteJSON(&b, values(inputs))
		return same(inputs, ReadJSON(&b)), err
	}, gen.SliceOf(genInput()))
	t.Run("json", func(t *testing.T) { check(t, json, tries/10) })

	c, err := Find("go")
	if err != nil {
		t.Fatal(err)
	}
	noTraces := gen.SliceOf(genInput().Map(func(in Input) Input {
		if in.Form == Trace {
			in.Form = Raw
		}
		return in
	}))
	zip := prop.ForAll(func(inputs []Input) (string, error) {
		var b bytes.Buffer
		_, err := WriteZip(&b, c, values(inputs))
		return same(inputs, inputsOf(ReadZip(bytes.NewReader(b.Bytes()), int64(b.Len()), c))), err
	}, noTraces)
	t.Run("zip", func(t *testing.T) { check(t, zip, tries/10) })
}

func inputsOf(files iter.Seq2[File, error]) iter.Seq2[Input, error] {
	return func(yield func(Input, error) bool) {
		for f, err := range files {
			if !yield(f.Input, err) {
				return
			}
		}
	}
}

// same is "" if the inputs come back, and otherwise what is different.
func same(want []Input, got iter.Seq2[Input, error]) string {
	n := 0
	for in, err := range got {
		if err != nil {
			return err.Error()
		}
		if n == len(want) {
			return "more came back"
		}
		if want[n].Form != in.Form || !bytes.Equal(want[n].Data, in.Data) {
			return cmp.Diff(want[n], in)
		}
		n++
	}
	if n < len(want) {
		return fmt.Sprintf("%d of %d came back", n, len(want))
	}
	return ""
}

func TestFoldersComeBack(t *testing.T) {
	for _, c := range Codecs() {
		t.Run(c.Name, func(t *testing.T) {
			folder := t.TempDir()
			want := map[string]bool{}
			var inputs []Input
			for i := range 20 {
				data := canonical(bytes.Repeat([]byte{byte(i), 7}, i+1))
				want[string(data)] = true
				inputs = append(inputs, Input{Form: Raw, Data: data})
			}
			if n, err := WriteFolder(folder, c, values(inputs)); n != 20 || err != nil {
				t.Fatalf("wrote %d: %v", n, err)
			}
			for _, name := range []string{".hidden", "folder/below"} {
				if err := os.MkdirAll(folder+"/folder", 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(folder+"/"+name, []byte("no input"), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for f, err := range ReadFolder(os.DirFS(folder), c) {
				if err != nil || !want[string(f.Data)] {
					t.Errorf("%s: %q, %v", f.Name, f.Data, err)
				}
				delete(want, string(f.Data))
			}
			if len(want) != 0 {
				t.Errorf("%d did not come back", len(want))
			}
		})
	}
}
