package sweep

import (
	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// The axes of the grid. A cell has a value on each: its number counts them as digits.
const (
	axisPlace = iota
	axisRole
	axisMask
	axisFin
	axisRSV
	axisOpcode
	axisLength
	axes
)

// sizes says how many values each axis has.
var sizes = [axes]int{int(places), 2, 2, 2, 8, 16, len(lengths)}

// Cells is the number of all frames.
const Cells = int(places) * 2 * 2 * 2 * 8 * 16 * len(lengths)

// frameOf returns the frame of a cell.
func frameOf(cell int) Frame {
	var v [axes]int
	for a := axes - 1; a >= 0; a-- {
		v[a] = cell % sizes[a]
		cell /= sizes[a]
	}
	return Frame{Place: Place(v[axisPlace]), Role: model.Role(v[axisRole]), Wrong: v[axisMask] == 1, NoFin: v[axisFin] == 1,
		RSV: uint8(v[axisRSV]), Opcode: frame.Opcode(v[axisOpcode]), Length: lengths[v[axisLength]]}
}

// Sweep is the frames that a subject can get.
type Sweep struct {
	info   model.Info
	places []int // the numbers of the first cells of the places and roles that the subject has
	step   int
}

// perPlace is how many frames there are for one place and role.
const perPlace = Cells / (int(places) * 2)

// New makes the sweep of a subject that can do what info says. It is empty if the subject
// cannot get raw bytes.
func New(info model.Info) *Sweep {
	s := &Sweep{info: info}
	for first := 0; first < Cells; first += perPlace {
		f := frameOf(first)
		if info.Admits(s.trace(&f, new(model.Trace))) {
			s.places = append(s.places, first)
		}
	}
	s.step = spread(s.Len())
	return s
}

// Len is the number of frames.
func (s *Sweep) Len() int { return len(s.places) * perPlace }

// Cell returns the cell of frame i. The order is such that the first frames, however many,
// are spread evenly over all of them.
func (s *Sweep) Cell(i int) int {
	i = i * s.step % s.Len()
	return s.places[i/perPlace] + i%perPlace
}

// spread returns a step that has no divisor in common with n, near the golden section of n:
// the multiples of such a step lie evenly (Weyl's sequence).
func spread(n int) int {
	step := int(0.6180339887*float64(n)) | 1
	for gcd(step, n) > 1 {
		step++
	}
	return step
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Trace makes t the trace of frame i. After the frame comes a Ping, whose answer shows that
// the subject reads on.
func (s *Sweep) Trace(i int, t *model.Trace) {
	f := frameOf(s.Cell(i))
	s.trace(&f, t)
}

// sentinel is the payload of the Ping after the frame.
const sentinel = "sweep"

func (s *Sweep) trace(f *Frame, t *model.Trace) *model.Trace {
	ops := t.Ops[:0]
	if o, ok := f.Place.opening(f.Role); ok {
		ops = append(ops, o)
	}
	ops = append(ops, model.Op{Kind: model.Raw, Data: model.Bytes(string(f.appendFrame(nil)))})
	for _, o := range []model.Op{{Kind: model.RecvPing, Data: model.Bytes(sentinel)}, {Kind: model.Settle}} {
		if s.info.Can.Has(o.Kind) {
			ops = append(ops, o)
		}
	}
	*t = model.Trace{Config: f.Place.config(), Ops: ops}
	t.Config.Role = f.Role
	return t
}

// Describe names frame i.
func (s *Sweep) Describe(i int) string {
	f := frameOf(s.Cell(i))
	return f.String()
}
