package sweep

import (
	"fmt"
	"strings"
)

// Table tells a grid to people: the subjects side by side, and equal rows folded.
func Table(columns []*Column) string {
	var b strings.Builder
	for i, c := range columns {
		fmt.Fprintf(&b, "%2d  %s\n", i+1, c.Heading())
	}
	rows := Fold(columns)
	widths := make([]int, len(columns))
	for i := range columns {
		widths[i] = len(fmt.Sprint(i + 1))
		for j := range rows {
			widths[i] = max(widths[i], len(rows[j].cellText(i)))
		}
	}
	room := roomBeside(widths, rows)
	writeRow(&b, "", widths, room, func(i int) string { return fmt.Sprint(i + 1) })
	place := ""
	for i := range rows {
		r := &rows[i]
		if p := r.Place(); p != place {
			place = p
			fmt.Fprintf(&b, "%s:\n", p)
		}
		writeRow(&b, r.Frame(), widths, room, r.cellText)
	}
	return b.String()
}

// Heading names the subject, and says how many frames it got.
func (c *Column) Heading() string {
	s := fmt.Sprintf("%s, %d of %d frames", c.Name, c.Sent, Cells)
	if c.Withheld > 0 {
		s += fmt.Sprintf("; %d more are withheld: its owner may not know of them yet", c.Withheld)
	}
	return s
}

// tableWidth is the width of a table, unless there are very many subjects.
const tableWidth = 96

// roomBeside is the width of the frames beside the cells.
func roomBeside(widths []int, rows []Row) int {
	room, widest := tableWidth-2, 0
	for _, w := range widths {
		room -= w + 2
	}
	for i := range rows {
		widest = max(widest, len(rows[i].Frame()))
	}
	return min(max(room, 24), widest)
}

// writeRow writes the cells of a row, and beside them its text, broken at spaces.
func writeRow(b *strings.Builder, text string, widths []int, room int, cell func(i int) string) {
	lines := breakText(text, room)
	line := ""
	for i, w := range widths {
		line += fmt.Sprintf("  %-*s", w, cell(i))
	}
	fmt.Fprintf(b, "  %-*s%s\n", room, lines[0], strings.TrimRight(line, " "))
	for _, more := range lines[1:] {
		fmt.Fprintf(b, "    %s\n", more)
	}
}

// breakText breaks a text at spaces into lines of a width; the later ones are two shorter.
func breakText(text string, width int) (lines []string) {
	for len(text) > width {
		at := strings.LastIndexByte(text[:width+1], ' ')
		if at <= 0 {
			break
		}
		lines, text = append(lines, text[:at]), text[at+1:]
		if len(lines) == 1 {
			width -= 2
		}
	}
	return append(lines, text)
}

// cellText is a cell as a table has it.
func (r *Row) cellText(column int) string {
	reaction, failed := r.Cell(column)
	if failed {
		return reaction + "*"
	}
	return reaction
}
