package report

import (
	"io"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// JSON writes a run as the lines that it was read from: each thing once, findings with
// the most severe first, and what of it could not be read.
func JSON(w io.Writer, r *Run) error {
	var lines []any
	lines = appendAll(lines, r.Commands)
	lines = appendAll(lines, r.Nights)
	lines = appendAll(lines, r.Targets)
	lines = appendAll(lines, r.Findings)
	lines = appendAll(lines, r.Stats)
	lines = appendAll(lines, r.Grids)
	lines = appendAll(lines, r.Subjects)
	lines = appendAll(lines, r.Mutants)
	for _, t := range r.Troubles {
		lines = append(lines, result.Trouble{Head: result.HeadOf("trouble"), Text: t})
	}
	text, err := result.Lines(lines...)
	if err == nil {
		_, err = io.WriteString(w, model.Plain(text))
	}
	return err
}

func appendAll[T any](lines []any, items []T) []any {
	for _, item := range items {
		lines = append(lines, item)
	}
	return lines
}
