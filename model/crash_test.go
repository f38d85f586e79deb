package model_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

type evilError struct{}

func (evilError) Error() string { panic("no message") }

func TestCrashOf(t *testing.T) {
	circle := map[string]any{}
	circle["self"] = circle
	type node struct{ next *node }
	ring := &node{}
	ring.next = ring
	var none map[string]int
	for _, tt := range []struct {
		value       any
		class, text string
	}{
		{"gone", "string", "gone"},
		{errors.New("gone"), "*errors.errorString", "gone"},
		{runtimeError(func() { none["a"] = 1 }), "runtime.plainError", "assignment to entry in nil map"},
		{runtimeError(func() { _ = []int{}[len(none)] }), "runtime.boundsError", "runtime error: index out of range [0] with length 0"},
		{7, "int", "7"},
		{circle, "map[string]interface {}", "a value of this type"},
		{ring, "*model_test.node", "a value of this type"},
		{evilError{}, "model_test.evilError", "its message cannot be read: a string escaped from it"},
		{strings.Repeat("x", 1<<20), "string", strings.Repeat("x", 2048) + "... and 1046528 bytes more"},
	} {
		got := model.CrashOf("Step", tt.value)
		if got.Where != "Step" || got.Class != tt.class || got.Text != tt.text {
			t.Errorf("%T: %.300q, want class %s, text %.100q", tt.value, got, tt.class, tt.text)
		}
	}
}

func runtimeError(f func()) (err any) {
	defer func() { err = recover() }()
	f()
	return nil
}

// What a subject says reaches no line of output raw.
func TestAHostileSubjectIsShownAsText(t *testing.T) {
	evil := "A\x1b[31m\n::error::x\x1b]0;t\x07\u202e"
	transcript := model.Transcript{Subject: evil, Version: evil, Profile: "rfc", Steps: []model.Step{{Outcome: model.Outcome{
		Head:        model.Head{Err: model.ErrOther, ErrName: evil},
		Resolutions: []model.Resolution{{N: 1, How: model.Failed, Err: model.ErrOther, Name: evil}},
		Crash:       model.Crash{Where: evil, Class: evil, Text: evil},
	}}}}
	text := transcript.String()
	if model.Plain(text) != text || strings.Count(text, "\n") != 7 {
		t.Errorf("got %q", text)
	}
}
