package fuzz

import "github.com/pongcheck/pongcheck/props"

// RunAlone runs the trace of an input without its relatives.
func (t *Target) RunAlone(in []byte) (*props.Finding, error) {
	f, _, err := t.tryTrace(t.decodeTrace(in))
	return f, err
}
