package main

import (
	"io"
	"os"

	"github.com/pongcheck/pongcheck/model"
)

// terminal reports whether w is a screen that can be written on again.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// colored reports whether w wants colours: see https://no-color.org.
func colored(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && terminal(w) }

var colors = map[model.Verdict]string{model.FAILED: "\x1b[31m", model.NonStrict: "\x1b[33m", model.OK: "\x1b[32m"}

// paint colours s as v, where colours are wanted.
func (o *output) paint(v model.Verdict, s string) string {
	if c := colors[v]; o.color && c != "" {
		return c + s + "\x1b[0m"
	}
	return s
}
