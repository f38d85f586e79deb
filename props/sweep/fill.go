package sweep

import "slices"

// Complete reports whether the subject got all of the core, wherever it got frames at all.
func (c *Column) Complete() bool { return c.has(isCore) }

// isWhole reports whether it got all frames there.
func (c *Column) isWhole() bool { return c.has(func(int) bool { return true }) }

// has reports whether the subject got the frames that want chooses, in all places and roles
// in which it got any. What is withheld counts.
func (c *Column) has(want func(cell int) bool) bool {
	missing := 0
	for first := 0; first < Cells; first += perPlace {
		if within := c.cells[first : first+perPlace]; slices.ContainsFunc(within, isSent) {
			for i, v := range within {
				if v == 0 && want(i) {
					missing++
				}
			}
		}
	}
	return c.Sent > 0 && missing <= c.Withheld
}

func isSent(v uint8) bool { return v != 0 }
