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
	{"NOTHING WAS RUN", "What was read holds no verdict, finding, mutant, fuzz target or night: nothing is known."},
	{"subject", "The implementation that was tried: its name, and after @ its version."},
	{"peer", "The other end of the connection. In a check it is pongcheck."},
	{"rule", "One sentence about what is right. MUST, SHOULD and MAY are those of the RFC; a contract is what any user of a ping expects, or what the subject's own documentation says; a lint is about what only its sender is bound by."},
	{"family", "The part of a rule's name before the dot. send: frames that are sent; pong: answers; recv: frames that are received; message: messages; ping: calls; ack: which waiters a Pong acknowledges; waiter: how waiters end; latency, keepalive: times; close: the answer to a Close; crash, hang, leak: the subject as a program."},
	{"property", "What holds whatever the rules say: two runs that should look alike are compared."},
	{"profile", "What was taken as promised where the RFC leaves a choice. rfc takes nothing."},
	{"finding", "The breach of a rule, or of a property. Those of one class are taken for one bug: it is named after the rule, and the class of a crash."},
	{"known", "The finding is in a list of those that someone has looked at, and does not make a run fail. One that is not in the list is not known, also if an earlier run had it."},
	{"private", "The finding is in a newest release, and the owner of the library may not know of it yet. With -embargo a report has only its name. A report without -embargo has everything: do not publish it."},
	{"proved, inferred", "Proved follows from what was seen. Inferred is its best reading."},
	{"or else", "The reading of an inferred finding by which nothing is wrong."},
	{"hazard", "Who is hurt by what is legal or only worth knowing, and how."},
	{"seen in process, by a driver, on the wire, in a log", "From where the subject was watched: called directly, in a process of its own, from its peer's place, or afterwards."},
	{"trace, op", "A trace is a list of ops on one connection: what the application and the peer do, one after the other. $1 is the payload of ping 1. It was shrunk: what is left is needed to show the finding."},
	{"ops of the application", "ping: it calls ping, and waits; cancel: it stops waiting for a ping; close: it closes; msg-send: it sends a message; send-pong: it sends a Pong that answers nothing. block: its writes stall; resume: they go on."},
	{"ops of the peer", "pong, recv-ping: it sends a Pong, a Ping; peer-close: a Close; msg: a whole message; frag, cont: the first and a further fragment of one; raw: any bytes, with what they are in brackets; eof: it sends no more; drop: the connection breaks."},
	{"advance, settle", "advance: time passes; settle: everything in flight is delivered and handled; end: whatever is open is dropped."},
	{"conversation", "A trace with what came of it. Boxes are calls of the application; arrows are frames, with their payload in hex or quoted; the times are since the connection was opened. What matters is marked."},
	{"waiter", "Who called ping and waits for the Pong. It is acknowledged, cancelled, or fails. \"1 acked 0s\": the waiter of ping 1 was, and was told a latency of 0s; k1 is that of the first keepalive ping."},
	{"pongs acknowledge", "Which waiters a Pong was seen to acknowledge: up-to: its ping and all earlier ones; exact: its own; latest: its own if it is the newest; any-pong: all, whatever it says; single-slot, counter: one, whatever it says. All are legal. exact or latest: what was seen tells these two not apart; mixed: none of them explains it; not seen: no Pong acknowledged anything by which they differ."},
	{"mutant", "A model implementation with one small change, most of them like a bug that really happened. One that survived says that a run like this would not find such a bug."},
	{"bucket", "The mutants that were found by about as many traces: ≤ 100 are those by 11 to 100."},
	{"mirrors", "The real bug that the mutant is like."},
	{"certified", "It was proved, by running all of them, that no shorter trace of a stated alphabet shows the same failure; \"to 3\": none of up to 3 ops."},
	{"fuzz target", "A test that an engine feeds with inputs which it changes step by step."},
	{"engine", "What feeds a fuzz target: native is that of go test -fuzz, turbo pongcheck's own. race: the inputs that are kept, run with the race detector; properties: a test that draws its inputs at random."},
	{"a CPU second", "What a second of one processor's time was enough for: on a machine with several, a second has as many."},
	{"stable, flaky, not again, hang, out of memory", "How the input of a finding failed when it was run again: each time; some times; never; by not ending; by needing more memory than it gets."},
	{"canary", "A target with a planted bug that every night must find, or its other results mean nothing."},
	{"execution", "One input that was run: a trace, for a fuzz target also its relatives. ≥: at least; Go's engine does not tell how many it ran since its last line when an input fails."},
	{"situation", "A state of a conversation that the model tells apart, such as three Pings that are owed an answer."},
	{"feature", "A place in the program, or a situation, that an input reached, with about how often. New ones: of turbo those that the night had not reached before, of native inputs that were kept for new coverage."},
	{"entry", "An input that is kept in the corpus because it reached a feature that no other did."},
	{"seed", "The number from which the random traces follow: the same one gives the same traces."},
}
