package sweep

import (
	"math/bits"
	"slices"
)

// Row is a part of the grid in which each subject does one thing: the frames that have one
// of its values on each axis.
type Row struct {
	sets    [axes]uint32 // of values, a bit each
	cells   []uint8      // by column; 0: the subject got none of these frames
	columns []*Column
}

// foldOrder is the order in which the axes are folded. What says least about a reaction
// comes first.
var foldOrder = [...]int{axisLength, axisRSV, axisFin, axisOpcode, axisMask, axisPlace, axisRole}

// Fold joins the cells in which all columns are equal into few rows. Of a subject that did
// not get all frames the core counts alone. A frame that a subject did not get equals every
// other. If none got all, the values of the core stand for all values.
func Fold(columns []*Column) []Row {
	rows := unfolded(columns)
	for before := -1; len(rows) != before; {
		before = len(rows)
		for _, a := range foldOrder {
			rows = foldAxis(rows, a)
		}
	}
	rows = slices.DeleteFunc(rows, func(r Row) bool { return !r.sent() })
	if !slices.ContainsFunc(columns, (*Column).isWhole) {
		for i := range rows {
			rows[i].widen()
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return slices.Compare(a.order(), b.order()) })
	return rows
}

// unfolded returns a row for each cell of the places and roles in which a subject got
// frames.
func unfolded(columns []*Column) (rows []Row) {
	memory := make([]uint8, Cells*len(columns))
	whole := make([]bool, len(columns))
	for i, c := range columns {
		whole[i] = c.isWhole()
	}
	some := slices.Contains(whole, true)
	for first := 0; first < Cells; first += perPlace {
		if !slices.ContainsFunc(columns, func(c *Column) bool { return slices.ContainsFunc(c.cells[first:first+perPlace], isSent) }) {
			continue
		}
		for cell := first; cell < first+perPlace; cell++ {
			if !some && !isCore(cell) {
				continue
			}
			r := Row{cells: memory[:len(columns):len(columns)], columns: columns}
			memory = memory[len(columns):]
			for i, c := range columns {
				if whole[i] || isCore(cell) {
					r.cells[i] = c.cells[cell]
				}
			}
			n := cell
			for a := axes - 1; a >= 0; a-- {
				r.sets[a] = 1 << (n % sizes[a])
				n /= sizes[a]
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// foldAxis joins rows that differ on one axis only.
func foldAxis(rows []Row, axis int) (folded []Row) {
	places := map[[axes]uint32][]int{} // of the folded rows, by what they have on the other axes
next:
	for i := range rows {
		r := &rows[i]
		key := r.sets
		key[axis] = 0
		for _, at := range places[key] {
			if folded[at].join(r, axis) {
				continue next
			}
		}
		places[key] = append(places[key], len(folded))
		folded = append(folded, *r)
	}
	return folded
}

// join adds the values of q on an axis to r, if no subject does something else there.
func (r *Row) join(q *Row, axis int) bool {
	for i, v := range q.cells {
		if v != 0 && r.cells[i] != 0 && v != r.cells[i] {
			return false
		}
	}
	r.sets[axis] |= q.sets[axis]
	for i, v := range q.cells {
		r.cells[i] |= v // one of them is 0, or both are equal
	}
	return true
}

// widen makes the set of all values of the core, on an axis, that of all values.
func (r *Row) widen() {
	for a := range r.sets {
		if r.sets[a] == coreValues[a] {
			r.sets[a] = all(a)
		}
	}
}

// sent reports whether some subject got a frame of the row.
func (r *Row) sent() bool { return slices.ContainsFunc(r.cells, isSent) }

// order is what rows are sorted by: those of many places first, then place by place; there
// those of few opcodes first.
func (r *Row) order() []int {
	place := r.sets[axisPlace]
	return []int{-bits.OnesCount32(place), int(bits.Reverse32(place) ^ 1<<31), -int(r.sets[axisRole]),
		int(r.sets[axisMask]), bits.OnesCount32(r.sets[axisOpcode]), int(r.sets[axisOpcode]), int(r.sets[axisFin]), int(r.sets[axisRSV]), int(r.sets[axisLength])}
}

// Cell says what the subject of a column did, and whether that is FAILED; it is empty if
// the subject got none of these frames.
func (r *Row) Cell(column int) (reaction string, failed bool) {
	s := r.columns[column].seen[r.cells[column]]
	return s.Reaction, s.Failed != ""
}
