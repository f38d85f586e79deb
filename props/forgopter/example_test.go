package forgopter_test

import (
	"fmt"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/forgopter"
)

// A property of gopter over whole traces, whose ops run as gopter's commands. The
// mutant leaves the first waiter of all behind when a later pong comes.
func ExampleReplay() {
	m, _ := specimen.FindMutant("tracking/earlier-forgotten")
	p, _ := model.FindProfile(m.Profile)
	impl := m.Implementation()
	property := prop.ForAll(func(t *model.Trace) *gopter.PropResult {
		return forgopter.Replay(p, impl, t)
	}, forgopter.Traces(impl.Info))
	result := property.Check(gopter.DefaultTestParametersWithSeed(1))
	fmt.Println(result.Labels[0])
	fmt.Print(result.Args[0].Arg)
	// Output:
	// op 4: end: waiter.lost: ping 1 waits for ever: its connection is closed
	// pongcheck-trace 1
	// ping 61
	// ping 62
	// pong $2
}
