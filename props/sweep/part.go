package sweep

import (
	"errors"
	"fmt"
)

// Part is a part of a column in a form for programs: the frames that have one of the values
// of each axis, and what the subject did with all of them.
type Part struct {
	// Axes has a set of values for each axis, a bit each: places, roles, mask (right,
	// wrong), FIN (1, 0), RSV, opcodes, lengths.
	Axes [axes]uint32 `json:"axes"`

	Seen   string `json:"seen"`             // in the words of the legend
	Failed string `json:"failed,omitempty"` // the class of the failure, if it is one
}

// Parts folds the column. A frame that the subject did not get counts with its neighbours.
func (c *Column) Parts() (parts []Part) {
	for _, r := range Fold([]*Column{c}) {
		s := c.seen[r.cells[0]]
		parts = append(parts, Part{r.sets, s.Reaction, s.Failed})
	}
	return parts
}

// NewColumnOf makes a column of its parts. The error says which part is none.
func NewColumnOf(name string, sent int, parts []Part) (*Column, error) {
	c, left := NewColumn(name), Cells
	for i := range parts {
		p := &parts[i]
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("part %d: %w", i+1, err)
		}
		p.eachCell(func(cell int) {
			left--
			c.set(cell, Seen{p.Seen, p.Failed})
		})
		if left < 0 {
			return nil, fmt.Errorf("part %d: more than %d frames in all", i+1, Cells)
		}
	}
	c.Sent = sent
	return c, nil
}

func (p *Part) check() error {
	for a, set := range p.Axes {
		if set == 0 || set&^all(a) != 0 {
			return fmt.Errorf("%#x is no set of values of axis %d", set, a+1)
		}
	}
	if p.Seen == "" {
		return errors.New("it says nothing")
	}
	return nil
}

// eachCell calls f with the cells of the part.
func (p *Part) eachCell(f func(cell int)) {
	var visit func(axis, cell int)
	visit = func(axis, cell int) {
		if axis == axes {
			f(cell)
			return
		}
		for v := range sizes[axis] {
			if p.Axes[axis]>>v&1 != 0 {
				visit(axis+1, cell*sizes[axis]+v)
			}
		}
	}
	visit(0, 0)
}

// Withhold takes out what is FAILED by a class that private names. It is as if these frames
// had not been sent.
func (c *Column) Withhold(private func(class string) bool) {
	for cell, v := range c.cells {
		if s := &c.seen[v]; s.Failed != "" && private(s.Failed) {
			c.cells[cell] = 0
			c.Sent--
			c.Withheld++
		}
	}
}
