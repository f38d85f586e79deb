package format

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/fstest"
)

// overlappingZip returns an archive with n members that all have the same compressed bytes.
func overlappingZip(t testing.TB, n int, data []byte) []byte {
	t.Helper()
	var one bytes.Buffer
	w := zip.NewWriter(&one)
	out, err := w.Create("a")
	if err == nil {
		_, err = out.Write(data)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	// The end record has 22 bytes; it tells where the directory begins, whose only
	// header is repeated.
	all := one.Bytes()
	end := all[len(all)-22:]
	at := binary.LittleEndian.Uint32(end[16:])
	header := all[at : len(all)-22]
	bomb := append(bytes.Clone(all[:at]), bytes.Repeat(header, n)...)
	end = bytes.Clone(end)
	binary.LittleEndian.PutUint16(end[8:], uint16(n))
	binary.LittleEndian.PutUint16(end[10:], uint16(n))
	binary.LittleEndian.PutUint32(end[12:], uint32(n*len(header)))
	return append(bomb, end...)
}

// No reader goes beyond the limits of an import, whatever its files hold, and says so once.
func TestImportsAreBounded(t *testing.T) {
	body := make([]byte, 1000)
	bomb := overlappingZip(t, 60000, body)
	if len(bomb) > 60000*60 {
		t.Fatalf("no bomb: %d bytes", len(bomb))
	}
	raw, err := Find("raw")
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for _, c := range "abcdefghijklmnopqrst" {
		folder[string(c)] = &fstest.MapFile{Data: body}
	}
	lines := strings.Repeat(strings.Repeat("00", 500)+"\n", 20)
	readers := map[string]func(*Limits) iter.Seq2[Input, error]{
		"zip": func(l *Limits) iter.Seq2[Input, error] {
			return inputsOf(l.ReadZip(bytes.NewReader(bomb), int64(len(bomb)), raw))
		},
		"folder": func(l *Limits) iter.Seq2[Input, error] { return inputsOf(l.ReadFolder(folder, raw)) },
		"hex":    func(l *Limits) iter.Seq2[Input, error] { return l.ReadHex(strings.NewReader(lines)) },
		"json":   func(l *Limits) iter.Seq2[Input, error] { return l.ReadJSON(strings.NewReader(lines)) }, // bad lines count, too
	}
	for name, read := range readers {
		for _, c := range []struct {
			limits Limits
			want   int // files until the end
		}{
			{Limits{Files: 5, Bytes: 1 << 20}, 5},
			{Limits{Files: 1 << 20, Bytes: 10_000}, 10},
		} {
			n, refused := 0, 0
			for _, err := range read(&c.limits) {
				if n++; errors.Is(err, ErrTooMuch) {
					n--
					refused++
				}
			}
			if n != c.want || refused != 1 {
				t.Errorf("%s: read %d files and refused %d times, want %d and once", name, n, refused, c.want)
			}
		}
	}
}

// What is too large for an input is unpacked no further than that, and counts.
func TestRefusedFilesCount(t *testing.T) {
	raw, _ := Find("raw") // it is there
	bomb := overlappingZip(t, 1000, make([]byte, maxFile+1))
	l := Limits{Files: 1 << 20, Bytes: 3 * maxFile}
	n := 0
	for _, err := range l.ReadZip(bytes.NewReader(bomb), int64(len(bomb)), raw) {
		if err == nil {
			t.Error("a file that is too large was read")
		}
		n++
	}
	if n != 4 {
		t.Errorf("%d errors, want that of three files and the last", n)
	}
}
