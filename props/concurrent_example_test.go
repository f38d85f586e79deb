package props_test

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

func ExampleRunConcurrent() {
	impl := specimen.Races()[0].Implementation() // it checks, and then acts
	p, _ := model.FindProfile("exact")
	result, err := props.RunConcurrent(context.Background(), p, impl, props.Options{N: 100})
	if err != nil {
		fmt.Println(err)
	}
	f := result.Findings[0]
	fmt.Println(f.Class())
	fmt.Print(f.Shrunk)
	fmt.Print(f.History)
	// Output:
	// order.linearizable
	// pongcheck-trace 1
	// profile exact
	// config seed=3
	// ping 61
	// ping 61
	//      1-6  goroutine 1: ping 61 (1)
	//      2-4  goroutine 2: ping 61 (2)
	//        3    > ping 61
	//        5    > ping 61
	//        7  settle
	//        8  drop
	//        9    1 failed closed
	//       10    2 failed closed
	//       11    closed
}
