package sweep

import (
	"slices"

	"github.com/pongcheck/pongcheck/model"
)

// Column is what one subject did with each frame.
type Column struct {
	Name string // of the subject
	Sent int    // frames that it got, and that may be told

	Withheld int // frames that it got and that may not

	cells []uint8
	seen  []Seen // by the value of a cell, from 1; 0 is a frame that was not sent
}

// Seen is what a subject did with a frame. Rule is the class of the failure, if that was
// one.
type Seen struct{ Reaction, Failed string }

// NewColumn makes a column for a subject.
func NewColumn(name string) *Column {
	return &Column{Name: name, cells: make([]uint8, Cells), seen: []Seen{{}}}
}

// Add keeps what the subject did with a cell: the report has to have a transcript. What it
// could not get, such as compression, was not sent.
func (c *Column) Add(cell int, r *model.Report) {
	if r.Unsupported > 0 {
		return
	}
	f := frameOf(cell)
	s := Seen{}
	if t := r.Transcript; t != nil && len(t.Steps) > 0 {
		s.Reaction = reactionOf(&f, t)
	}
	for i := range r.Findings {
		if r.Findings[i].Verdict == model.FAILED && s.Failed == "" {
			s.Failed = r.Findings[i].Class()
		}
	}
	c.set(cell, s)
}

// set sets a cell. What is seen beyond the first 255 things is taken for the last of them.
func (c *Column) set(cell int, s Seen) {
	i := slices.Index(c.seen, s)
	if i < 0 {
		if i = len(c.seen); i > 255 {
			i = 255
		} else {
			c.seen = append(c.seen, s)
		}
	}
	if c.cells[cell] == 0 {
		c.Sent++
	}
	c.cells[cell] = uint8(i)
}

// Seen is what the subject did with a cell.
func (c *Column) Seen(cell int) Seen { return c.seen[c.cells[cell]] }
