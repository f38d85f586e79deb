package main

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/props/sweep"
)

// gridText tells what the subjects did with each frame of the sweep, and what the words
// mean.
func gridText(rows []*row) string {
	var columns []*sweep.Column
	for _, r := range rows {
		if r.grid.Complete() {
			columns = append(columns, r.grid)
		}
	}
	if columns == nil {
		return "No grid: no subject got enough frames.\n"
	}
	var b strings.Builder
	b.WriteString("What each did with a frame. What a line does not name may be anything; the\nmask is right.\n")
	b.WriteString(sweep.Table(columns) + "\n")
	for _, w := range sweep.Legend() {
		for i, line := range wrapText(w.Means, helpWidth-8) {
			if i == 0 {
				fmt.Fprintf(&b, "  %-5s %s\n", w.Word, line)
			} else {
				fmt.Fprintf(&b, "        %s\n", line)
			}
		}
	}
	return b.String()
}
