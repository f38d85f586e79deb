package report

import (
	"slices"

	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/props/sweep"
)

// maxGrids is how many subjects the page shows side by side.
const maxGrids = 12

// checkGrid rejects a grid that cannot be shown.
func checkGrid(g *result.Grid) error {
	_, err := g.Column("")
	return err
}

// withhold removes from a grid what is FAILED and not known to everybody.
func (r *Run) withhold(g *result.Grid) {
	c, err := g.Column("")
	if err != nil {
		g.Parts = nil
		return
	}
	c.Withhold(func(class string) bool {
		return !slices.ContainsFunc(r.Findings, func(f result.Finding) bool {
			return f.Subject == g.Subject && f.Version == g.Version && f.Class == class && f.Known && !f.Private
		})
	})
	*g = result.GridOf(g.Subject, g.Version, g.Profile, c)
}

// gridPlace is what subjects do with the frames of some places of a conversation.
type gridPlace struct {
	Place string
	Rows  []sweep.Row
}

// shownGrid is the grids of the subjects side by side.
type shownGrid struct {
	Columns []*sweep.Column
	Places  []gridPlace
	Left    int // subjects that are not shown
}

// Grid returns the grids of the first subjects, or nil.
func (r *Run) Grid() *shownGrid {
	g := &shownGrid{Left: max(0, len(r.Grids)-maxGrids)}
	for i := range r.Grids[:len(r.Grids)-g.Left] {
		one := &r.Grids[i]
		c, err := one.Column(nameAt(one.Subject, one.Version))
		if err == nil && len(one.Parts) > 0 {
			g.Columns = append(g.Columns, c)
		}
	}
	if g.Columns == nil {
		return nil
	}
	for _, row := range sweep.Fold(g.Columns) {
		if n := len(g.Places); n == 0 || g.Places[n-1].Place != row.Place() {
			g.Places = append(g.Places, gridPlace{Place: row.Place()})
		}
		at := &g.Places[len(g.Places)-1]
		at.Rows = append(at.Rows, row)
	}
	return g
}

// Words explains the words in the cells.
func (g *shownGrid) Words() []sweep.Word { return sweep.Legend() }

// cellOf is a cell as the page shows it.
type cellOf struct {
	Seen   string
	Failed bool
}

// Cells returns the cells of a row.
func (g *shownGrid) Cells(row sweep.Row) (cells []cellOf) {
	for i := range g.Columns {
		seen, failed := row.Cell(i)
		cells = append(cells, cellOf{seen, failed})
	}
	return cells
}
