package forgopter

import (
	"errors"
	"fmt"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/commands"
	"github.com/leanovate/gopter/gen"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// Replay runs t on impl op by op, each a [commands.Command], with
// [commands.Replay]. It is what a property over [Traces] calls that wants gopter's
// commands:
//
//	prop.ForAll(func(t *model.Trace) *gopter.PropResult {
//		return forgopter.Replay(p, impl, t)
//	}, forgopter.Traces(impl.Info))
//
// Traces are generated and shrunk as a whole there, which commands.Prop cannot.
// A subject that is not called directly in this process is an error.
func Replay(p model.Profile, impl *model.Implementation, t *model.Trace) (result *gopter.PropResult) {
	if impl.Run != nil {
		return &gopter.PropResult{Status: gopter.PropError, Error: errElsewhere(impl)}
	}
	replay := func() { result = commands.Replay(newSession(p, impl, t.Config), nil, commandsOf(t)...) }
	if impl.Around != nil {
		impl.Around(replay)
	} else {
		replay()
	}
	return result
}

func errElsewhere(impl *model.Implementation) error {
	return fmt.Errorf("step %s: it takes whole traces, and commands are single ops: use Prop", impl.Name)
}

// Commands are the ops of generated traces for [commands.Prop], which calls for one
// command after the other. Prefer [Prop], or [Replay] with [Traces]: commands.Prop
// shrinks a ping without the pongs that refer to it, and takes a hundred times as
// long. A subject that is not called directly, or needs something around it, is an
// error of every check.
func Commands(p model.Profile, impl *model.Implementation, options ...func(*props.Options)) commands.Commands {
	traces := Traces(impl.Info, options...)
	return &commands.ProtoCommands{
		InitialStateGen: func(params *gopter.GenParameters) *gopter.GenResult {
			t := traces(params).Result.(*model.Trace)
			return gopter.NewGenResult(tracePlace{trace: t}, gopter.NoShrinker)
		},
		GenCommandFunc: func(s commands.State) gopter.Gen {
			return gen.Const(s.(tracePlace).nextCommand())
		},
		NewSystemUnderTestFunc: func(s commands.State) commands.SystemUnderTest {
			if impl.Run != nil {
				return errElsewhere(impl)
			}
			if impl.Around != nil {
				return errors.New("commands.Prop cannot run " + impl.Name + " inside of what it needs around it: use Replay")
			}
			return newSession(p, impl, s.(tracePlace).trace.Config)
		},
	}
}

func newSession(p model.Profile, impl *model.Implementation, c model.Config) *model.Session {
	return model.NewChecker(p, impl.Info).Begin(impl.New(), c)
}

// tracePlace is the state of a run by gopter: where in which trace it is. What is right
// is known to the checker, whose state is no use here: a command's postcondition is
// shown the state after it.
type tracePlace struct {
	trace *model.Trace
	at    int
}

func (p tracePlace) String() string { return p.trace.String() }

// nextCommand is the next op of the trace; past the last it ends the session, which
// changes nothing the second time.
func (p tracePlace) nextCommand() command {
	if p.at < len(p.trace.Ops) {
		return command{&p.trace.Ops[p.at]}
	}
	return theEnd
}

// command is an op as gopter steps it.
type command struct{ op *model.Op }

var theEnd = command{&model.Op{Kind: model.End}}

// commandsOf are the ops of t, and its end.
func commandsOf(t *model.Trace) []commands.Command {
	all := make([]commands.Command, 0, len(t.Ops)+1)
	for i := range t.Ops {
		all = append(all, command{&t.Ops[i]})
	}
	return append(all, theEnd)
}

func (c command) String() string { return c.op.String() }

func (c command) PreCondition(commands.State) bool { return true } // ops are total

func (c command) NextState(s commands.State) commands.State {
	if p, is := s.(tracePlace); is {
		p.at++
		return p
	}
	return s
}

// Run steps the op and returns the report on the trace so far, or what is wrong
// with the set-up.
func (c command) Run(sut commands.SystemUnderTest) commands.Result {
	s, ok := sut.(*model.Session)
	switch {
	case !ok:
		return sut
	case c.op.Kind == model.End:
		return s.End()
	}
	return s.Step(c.op)
}

// PostCondition judges by what the report says. Once a trace failed, every later
// op says so again, and gopter keeps the first.
func (c command) PostCondition(_ commands.State, result commands.Result) *gopter.PropResult {
	switch r := result.(type) {
	case error:
		return &gopter.PropResult{Status: gopter.PropError, Error: r}
	case *model.Report:
		if r.Setup != nil {
			return &gopter.PropResult{Status: gopter.PropError, Error: r.Setup}
		}
		if f := r.Failure(); f != nil {
			label := fmt.Sprintf("op %d: %s: %s: %s", f.Op, c, f.Class(), f.Sentence())
			return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{label}}
		}
	}
	return passed
}
