package turbo_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/fuzz/turbo"
)

// A target says what is wrong with an input, and may light lanes on its way.
func ExampleRun() {
	target := &turbo.Target{Run: func(in []byte, lanes *turbo.Lanes) string {
		lanes.Light(uint32(bytes.Count(in, []byte("\x89")))) // how many heads of Pings
		if bytes.Contains(in, []byte("\x89\x7e")) {
			return "a Ping with a 16-bit length"
		}
		return ""
	}}
	r, err := turbo.Run(context.Background(), target, nil, turbo.Options{Seed: 1, N: 20_000})
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range r.Findings {
		fmt.Printf("%s: %x\n", f.Signature, f.Input)
	}
	// Output: a Ping with a 16-bit length: 897e
}
