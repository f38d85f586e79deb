package sweep

import (
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

func everything() model.Info {
	info := model.Everything()
	info.Deflate = true
	return info
}

// The number of frames, as its factors, and that each comes once.
func TestEveryFrameComesOnce(t *testing.T) {
	const headers = 2 * 8 * 16 * 2 * (3 + 4 + 14) // FIN, RSV, opcode, mask, lengths of each form
	s := New(everything())
	if want := 8 * 2 * headers; s.Len() != want || want != 172_032 {
		t.Fatalf("%d frames of %d cells, want %d", s.Len(), Cells, want)
	}
	seen := make([]bool, Cells)
	for i := range s.Len() {
		if c := s.Cell(i); seen[c] {
			t.Fatalf("frame %d: cell %d again", i, c)
		} else {
			seen[c] = true
		}
	}
}

// What a subject cannot do is left out, whole places at a time.
func TestSweepOfLimitedSubjects(t *testing.T) {
	for name, c := range map[string]struct {
		limit func(*model.Info)
		parts int // places, each in a role
	}{
		"everything":     {func(i *model.Info) {}, 16},
		"no raw bytes":   {func(i *model.Info) { i.Can &^= model.KindsOf(model.Raw) }, 0},
		"a server":       {func(i *model.Info) { i.Roles = model.ServerRole }, 8},
		"no compression": {func(i *model.Info) { i.Deflate = false }, 10},
		"no cuts":        {func(i *model.Info) { i.Cuts = false }, 14},
		"no fragments":   {func(i *model.Info) { i.Can &^= model.KindsOf(model.Frag) }, 12},
		"no close":       {func(i *model.Info) { i.Can &^= model.KindsOf(model.Close) }, 14},
		"no settle":      {func(i *model.Info) { i.Can &^= model.KindsOf(model.Settle, model.RecvPing) }, 16},
	} {
		info := everything()
		c.limit(&info)
		s := New(info)
		if s.Len() != c.parts*perPlace {
			t.Errorf("%s: %d frames, want %d", name, s.Len(), c.parts*perPlace)
		}
		var trace model.Trace
		for i := 0; i < s.Len(); i += 997 {
			if s.Trace(i, &trace); !info.Admits(&trace) {
				t.Errorf("%s: cannot do %s", name, &trace)
			}
		}
	}
}

// The header on the wire is the one that was asked for, and a short payload comes whole.
func TestFramesAreWhatTheySay(t *testing.T) {
	s := New(everything())
	for i := range s.Len() {
		f := frameOf(s.Cell(i))
		b := f.appendFrame(nil)
		h, size := frame.ParseHeader(b)
		if h.Fin == f.NoFin || h.RSV != f.RSV || h.Opcode != f.Opcode || h.LengthForm != f.Length.Form || h.Length != f.Length.Bytes ||
			(frame.Judge(h, frame.State{Role: f.Role})&frame.WrongMask != 0) != f.Wrong {
			t.Fatalf("%s: % x", &f, b)
		}
		if whole := uint64(len(b)-size) == h.Length; whole != (h.Length <= 126) {
			t.Fatalf("%s: %d bytes of payload", &f, len(b)-size)
		}
	}
}

// However few frames are sent, each value of each axis has its share, and the core is soon
// complete.
func TestFewFramesAreSpreadEvenly(t *testing.T) {
	s := New(everything())
	for _, n := range []int{2000, 4000, 20_000} {
		var counts [axes][21]int
		for i := range n {
			cell := s.Cell(i)
			for a := axes - 1; a >= 0; a-- {
				counts[a][cell%sizes[a]]++
				cell /= sizes[a]
			}
		}
		for a, size := range sizes {
			for v, got := range counts[a][:size] {
				if want := n / size; got < want*3/8 {
					t.Errorf("of %d frames, %d have value %d on axis %d, want %d at least", n, got, v, a, want*3/8)
				}
			}
		}
	}
	core := 0
	for i := range s.Core() {
		if isCore(s.Cell(i)) {
			core++
		}
	}
	if want := 8 * 2 * 2 * 2 * 3 * 7 * 5; core != want || s.Core() != 2*want {
		t.Errorf("%d frames of the core among the first %d, want %d", core, s.Core(), want)
	}
}

// A payload is right for its opcode, so that the header alone is odd.
func TestPayloadsAreLegal(t *testing.T) {
	for _, n := range []int{1, 125, 126} {
		var z frame.Inflater
		f := Frame{Place: WithDeflate, Opcode: frame.Binary, RSV: frame.RSV1}
		message, ok, err := z.Frame(&frame.Frame{Header: frame.Header{Fin: true, RSV: frame.RSV1, Opcode: frame.Binary, Length: uint64(n)}, Payload: []byte(f.payload(n))})
		if !ok || err != nil || len(message) != max(0, n-6) {
			t.Errorf("%d bytes inflate to %q, %v, error %v", n, message, ok, err)
		}
	}
	c := Frame{Opcode: frame.Close}
	if code, reason, err := frame.ParseClose([]byte(c.payload(125))); code != 1000 || len(reason) != 123 || err != nil {
		t.Errorf("code %d, reason %q, error %v", code, reason, err)
	}
}
