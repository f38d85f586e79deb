package main

import (
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/commands"

	"github.com/pongcheck/pongcheck/model"
)

// huntCommands hunts with gopter's own state machine, commands.Prop, and gopter's own
// parameters: 100 sequences of growing length, then again with the next random numbers, as if
// somebody ran the test again.
func huntCommands(t *task, m *meter, seed uint64, shrink bool) *model.Trace {
	b := newWorkbench(t, m, false)
	p := commands.Prop(&commands.ProtoCommands{
		InitialStateGen: pickFrom(t.mix.configs, func(c model.Config) any { return c }),
		GenCommandFunc: func() func(commands.State) gopter.Gen {
			next := pickFrom(withEnds(t.mix.ops), func(o model.Op) any { return commands.Command(command{o}) })
			return func(commands.State) gopter.Gen { return next }
		}(),
		NewSystemUnderTestFunc: func(s commands.State) commands.SystemUnderTest { return b.openRun(s.(model.Config)) },
	})
	checkProp(p, m, seed, shrink)
	return b.lastFailed
}

// checkProp checks p again and again until it fails or the budget is used up.
func checkProp(p gopter.Prop, m *meter, seed uint64, shrink bool) *gopter.TestResult {
	params := gopter.DefaultTestParametersWithSeed(int64(seed))
	if !shrink {
		params.MaxShrinkCount = 0
	}
	for !m.exhausted {
		if r := p.Check(params); !r.Passed() {
			return r
		}
	}
	return nil
}

// pickFrom generates elements of a list.
func pickFrom[T any](from []T, as func(T) any) gopter.Gen {
	return func(params *gopter.GenParameters) *gopter.GenResult {
		return gopter.NewGenResult(as(from[params.Rng.Intn(len(from))]), gopter.NoShrinker)
	}
}

// endsEvery is how many ops have one end of the trace among them. The end cannot come after the
// last command, where commands.Prop calls nothing that may fail.
const endsEvery = 60

func withEnds(ops []model.Op) []model.Op {
	all := append([]model.Op(nil), ops...)
	for range len(ops) / endsEvery {
		all = append(all, model.Op{Kind: model.End})
	}
	return all
}

// command is an op as gopter steps it.
type command struct{ op model.Op }

func (c command) String() string { return c.op.String() }

func (c command) PreCondition(commands.State) bool { return true } // ops are total

func (c command) NextState(s commands.State) commands.State { return s }

func (c command) Run(sut commands.SystemUnderTest) commands.Result { return sut.(*run).stepOp(c.op) }

func (c command) PostCondition(_ commands.State, result commands.Result) *gopter.PropResult {
	if class := result.(string); class != "" {
		return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{class}}
	}
	return &gopter.PropResult{Status: gopter.PropTrue}
}
