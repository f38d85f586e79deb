package props_test

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

// A tracker by the policy "exact" is asked all that is true of one; without a profile
// a stray Pong may mean anything, and is not asked about.
func ExampleRunProperties() {
	exact, _ := specimen.Find("specimen/exact")
	documented, _ := model.FindProfile("exact")
	for _, p := range []model.Profile{documented, model.RFC()} {
		result, err := props.RunProperties(context.Background(), p, exact, props.Options{N: 200})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("profile %s: %d violations\n", p.Name, len(result.Findings))
		for _, y := range result.Tallies {
			fmt.Printf("  %s\n", y.Name)
		}
	}
	// Output:
	// profile exact: 0 violations
	//   cuts
	//   renaming
	//   unsolicited
	//   time-shift
	//   exactly-once
	//   closed-absorbs
	//   duplicate-pong
	//   cancels-commute
	//   settled-prefix
	// profile rfc: 0 violations
	//   cuts
	//   renaming
	//   time-shift
	//   exactly-once
	//   closed-absorbs
	//   cancels-commute
	//   settled-prefix
}
