package report

// word is a word of the report, and what it means.
type word struct{ Word, Means string }

// legend defines every word of a report that is not everyday English.
func legend() []word { return words }

var words = []word{
	{"FAILED ✗", "A rule is broken, or a property does not hold, and what was seen proves it or admits no likelier reading."},
	{"NON-STRICT △", "Legal, with a hazard: a sensible peer or application can be hurt by it."},
	{"INFORMATIONAL i", "Worth knowing; nothing is proved, and nothing need be wrong."},
	{"OK ✓", "Put to the test, and nothing found."},
	{"not reached ·", "Nothing that ran put the rule to the test. That says nothing about the subject."},
	{"not observed –", "What the rule needs cannot be seen of this subject."},
	{"INCOMPLETE", "Nothing FAILED, but not all of the run was done, or could be read."},
	{"subject", "The implementation that was tried: its name, and after @ its version."},
	{"peer", "The other end of the connection. In a check it is pongcheck."},
	{"rule", "One sentence about what is right. MUST, SHOULD and MAY are those of the RFC; a contract is what any user of a ping expects, or what the subject's own documentation says; a lint is about what only its sender is bound by."},
	{"family", "The part of a rule's name before the dot. send: frames that are sent; pong: answers; recv: frames that are received; message: messages; ping: calls; ack: which waiters a Pong acknowledges; waiter: how waiters end; latency, keepalive: times; crash, hang: the subject as a program."},
	{"property", "What holds whatever the rules say: two runs that should look alike are compared."},
	{"profile", "What was taken as promised where the RFC leaves a choice. rfc takes nothing."},
	{"finding", "The breach of a rule, or of a property. Those of one class are taken for one bug: it is named after the rule, and the class of a crash."},
	{"known", "The finding is in a list of those that someone has looked at, and does not make a run fail."},
	{"private", "Only the name of the finding is told, until the owner of the library has heard of it."},
	{"proved, inferred", "Proved follows from what was seen. Inferred is its best reading; \"or else\" is the one by which nothing is wrong."},
	{"seen in process, by a driver, on the wire, in a log", "From where the subject was watched: called directly, in a process of its own, from its peer's place, or afterwards."},
	{"trace, op", "A trace is a list of ops on one connection: what the application and the peer do, one after the other. $1 is the payload of ping 1. It was shrunk: what is left is needed to show the finding."},
	{"conversation", "A trace with what came of it. Boxes are calls of the application; arrows are frames, with their payload in hex or quoted; the times are since the connection was opened. What matters is marked."},
	{"waiter", "Who called ping and waits for the Pong. It is acknowledged (acked), cancelled, or fails."},
	{"pongs acknowledge", "Which waiters a Pong was seen to acknowledge: up-to: its ping and all earlier ones; exact: its own; latest: its own if it is the newest; any-pong: all, whatever it says; single-slot, counter: one, whatever it says. All are legal."},
	{"mutant", "A model implementation with one small change, most of them like a bug that really happened. One that survived says that a run like this would not find such a bug."},
	{"certified", "It was proved, by running all of them, that no shorter trace of a stated alphabet shows the same failure; \"to 3\": none of up to 3 ops."},
	{"fuzz target", "A test that an engine feeds with inputs which it changes step by step."},
	{"execution", "One input that was run: a trace, for a fuzz target also its relatives. ≥: at least; Go's engine does not tell how many it ran since its last line when an input fails."},
	{"feature", "A place in the program, or a situation, that an input reached, with about how often."},
	{"entry", "An input that is kept in the corpus because it reached a feature that no other did."},
	{"seed", "The number from which the random traces follow: the same one gives the same traces."},
}
