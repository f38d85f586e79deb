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
	core   spread
	rest   spread
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
	s.core, s.rest = newSpread(len(s.places)*len(coreCells)), newSpread(len(s.places)*len(restCells))
	return s
}

// coreValues are a few values of each axis that stand for all of them.
var coreValues = [axes]uint32{
	axisPlace: all(axisPlace), axisRole: all(axisRole), axisMask: all(axisMask), axisFin: all(axisFin),
	axisRSV:    1<<0 | 1<<1 | 1<<4,
	axisOpcode: 1<<0 | 1<<1 | 1<<3 | 1<<8 | 1<<9 | 1<<10 | 1<<11,
	axisLength: 1<<0 | 1<<2 | 1<<5 | 1<<11 | 1<<17, // 0, 125, 126, 65536, 2^63
}

// coreCells and restCells are the cells of the first place and role: those that have a core
// value on each axis, and the others.
var coreCells, restCells = func() (core, rest []int) {
	for cell := range perPlace {
		if isCore(cell) {
			core = append(core, cell)
		} else {
			rest = append(rest, cell)
		}
	}
	return core, rest
}()

func isCore(cell int) bool {
	for a := axes - 1; a >= 0; a-- {
		if coreValues[a]>>(cell%sizes[a])&1 == 0 {
			return false
		}
		cell /= sizes[a]
	}
	return true
}

// Len is the number of frames.
func (s *Sweep) Len() int { return len(s.places) * perPlace }

// Core is how many frames have to be sent before the core is complete: the frames that have
// a few values on each axis, which stand for all.
func (s *Sweep) Core() int { return 2 * s.core.n }

// Cell returns the cell of frame i. At first every other frame is of the core. However few
// are sent, they are spread evenly over the core and over the rest.
func (s *Sweep) Cell(i int) int {
	if i < s.Core() && i%2 == 0 {
		i = s.core.at(i / 2)
		return s.places[i/len(coreCells)] + coreCells[i%len(coreCells)]
	}
	i = s.rest.at(i - min((i+1)/2, s.core.n))
	return s.places[i/len(restCells)] + restCells[i%len(restCells)]
}

// spread is an order of n things in which the first few lie evenly among all: the multiples
// of a step near the golden section of n that has no divisor in common with n (Weyl's
// sequence).
type spread struct{ n, step int }

func newSpread(n int) spread {
	step := int(0.6180339887*float64(n)) | 1
	for gcd(step, n) > 1 {
		step++
	}
	return spread{n, step}
}

// at is the i-th in that order.
func (s spread) at(i int) int { return i * s.step % s.n }

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
