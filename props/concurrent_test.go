package props

import (
	"context"
	"testing"

	"github.com/pongcheck/pongcheck/model/specimen"
)

func TestX(t *testing.T) {
	for _, impl := range specimen.Shared() {
		r, err := RunConcurrent(context.Background(), profile(impl.Profile), &impl, Options{N: 300})
		t.Log(impl.Name, r.Traces, r.Undecided, err)
		for _, f := range r.Findings {
			t.Errorf("%s", &f)
		}
	}
	for _, m := range specimen.Races() {
		impl := m.Implementation()
		r, err := RunConcurrent(context.Background(), profile(impl.Profile), impl, Options{N: 300})
		t.Log(impl.Name, r.Traces, r.Undecided, err)
		for _, f := range r.Findings {
			t.Logf("%s\n%s", &f, f.Shrunk)
		}
	}
}
