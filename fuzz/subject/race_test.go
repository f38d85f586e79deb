package subject

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// coder matches exactly, and chooses payloads that differ from all that are pending:
// that holds when many goroutines call it at once. Its own profile fixes less.
func TestCoderAtOnce(t *testing.T) {
	p, ok := model.FindProfile("exact")
	if !ok {
		t.Fatal("no such profile")
	}
	props.CheckConcurrent(t, p, newCoder(), func(o *props.Options) {
		o.NoFiles = true // a finding in a newest release stays out of the repository
		if o.N = 300; testing.Short() {
			o.N = 60
		}
	})
}
