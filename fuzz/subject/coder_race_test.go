package subject

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

func TestCoderX(t *testing.T) {
	p, _ := model.FindProfile("exact")
	r, err := props.RunConcurrent(t.Context(), p, Coder(), props.Options{N: 300})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Traces, r.Undecided)
	for _, f := range r.Findings {
		t.Errorf("%s\n%s", &f, f.Shrunk)
	}
}
