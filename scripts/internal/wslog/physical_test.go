package wslog

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

func TestLongLinesLoseTheirMiddle(t *testing.T) {
	long := strings.Repeat("a", keptPart) + strings.Repeat("b", 3*MaxLine) + strings.Repeat("c", keptPart)
	p := physicalLines{in: bufio.NewReader(strings.NewReader("first\r\n" + long + "\nlast"))}
	var got []string
	cut := 0
	for {
		b, err := p.next()
		if b == nil {
			if err != io.EOF {
				t.Fatal(err)
			}
			break
		}
		got = append(got, string(b))
		cut += p.cut
	}
	if len(got) != 3 || got[0] != "first" || got[2] != "last" || len(got[1]) > MaxLine+keptPart || len(got[1])+cut != len(long) {
		t.Fatalf("read %d lines; the long one has %d bytes and lost %d of %d", len(got), len(got[1]), cut, len(long))
	}
	if !strings.HasPrefix(got[1], "aaa") || !strings.HasSuffix(got[1], "ccc") {
		t.Error("the beginning or the end of a long line is lost")
	}
	if cap(p.buf) > 4*MaxLine {
		t.Errorf("a line of %d bytes took %d bytes of memory", len(long), cap(p.buf))
	}
}
