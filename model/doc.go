// Package model is the reference model of the state in which a WebSocket
// endpoint remembers its pings, and the judge that holds real implementations
// against it.
//
// # Index
//
//   - What is tried: [Op], [Kind], [Payload], [Trace], [Config].
//   - What is seen: [Event], [Outcome], [Frame], [Resolution], [Transcript].
//   - Who is tried: [Subject], [Racer], [Implementation], [Info].
//   - What is right: [Rule], [Rules], [Profile], [Profiles], [State].
//   - The verdict: [Check], [Judge], [Checker], [Session], [Finding], [Report].
//   - Forms: [Trace.String] and [Transcript.String] write the text form below; package
//     text reads it, and has the binary form.
//
// A trace is a list of ops. The checker resolves an op to an event (relations
// such as $1 become bytes), the subject steps it, and what the subject showed
// is its outcome. A trace with its outcomes is a transcript.
//
// # Words
//
// "pongcheck help words" prints this list.
//
//   - payload: the application data of a Ping or Pong, at most 125 bytes.
//   - pending: a Ping is pending from its sending until a Pong acknowledges it or
//     its waiter ends otherwise.
//   - waiter: the call that sent a Ping and waits for its Pong. A waiter ends
//     once: it is acknowledged, it is cancelled, or it fails.
//   - acknowledge: end a waiter because its Pong came.
//   - unsolicited Pong: a Pong that answers no Ping. RFC 6455 allows it.
//   - latency: the time between a Ping and the Pong with the same payload.
//   - keepalive: the timer that sends Pings by itself and closes the connection
//     when no Pong comes in time.
//   - subject: the implementation under test, named
//     implementation[/variant][@version].
//   - peer: the other end of the connection. In a check it is pongcheck.
//   - op: one step of a connection: a call of the application, a frame of the
//     peer, or time that passes.
//   - trace: a list of ops on one connection.
//   - outcome: what the subject showed in one op.
//   - transcript: a trace with its outcomes.
//   - settle: the op after which everything in flight was delivered and handled.
//   - grace: the minute of virtual time that a subject has at a settle for what is
//     missing, before it counts as absent.
//   - rule: one sentence that says what is right, with an id such as pong.owed.
//   - level: how strongly a rule binds. MUST, SHOULD and MAY are the RFC's. A
//     contract is what any user of a ping expects, or what the subject's own
//     documentation says. A lint binds the sender of a frame only.
//   - profile: the choices that the RFC leaves open, as one subject documents
//     them. The profile rfc fixes none.
//   - policy: which waiters a Pong acknowledges. up-to: its own and all earlier
//     ones; exact: its own; latest: its own if it is the newest; any-pong: all,
//     whatever its payload; single-slot, counter: one, whatever its payload.
//   - verdict: OK; INFORMATIONAL: worth knowing, nothing is proved; NON-STRICT:
//     legal, with a hazard; FAILED: a rule is broken. "not reached" and "not
//     observed" say that nothing is known.
//   - finding: the breach of a rule or of a property. Findings of one class count
//     as one bug.
//   - class: the rule of a finding, and the kind of crash if it is one. Where a
//     rule can be broken in ways that have different causes, a word says which. A
//     number at the end counts other ways that were found: perhaps other bugs.
//   - known: a finding that is listed, with a reason, in the list of known ones.
//   - proved, inferred: a proved finding follows from what was seen; an inferred
//     one is the likeliest reading.
//   - seen in process, by a driver, on the wire, in a log: from where the subject
//     was watched.
//   - property: what holds whatever the rules say: two runs that must look alike
//     are compared.
//   - shrink: simplify a trace that fails until nothing can be left out.
//   - certificate: the proof, by running all of them, that no shorter trace of a
//     stated alphabet fails in the same way.
//   - seed: the number that random traces follow from. The same seed gives the
//     same traces. The seeds of the corpus are traces of published bugs.
//   - specimen: this project's Go port of a known tracker of pings.
//   - mutant: a specimen that is broken on purpose.
//   - bubble: a group of goroutines with virtual time (testing/synctest).
//   - driver: a program that runs a subject in another process.
//   - fuzz target: a test function that a fuzz engine feeds with inputs.
//   - engine: what makes the inputs: native (go test -fuzz) or turbo (our own).
//   - feature: a place in the program, or a state of a conversation, that an
//     input reached.
//   - canary: a target with a planted bug, which every night must find.
//   - store: a folder, bucket or registry that keeps the inputs of fuzz targets.
//   - entry: one input in a store.
//   - record: a line in a store that says who added or dropped an entry, and why.
//   - pinned: an entry that failed once and cannot be dropped.
//   - quarantine: where imported entries stay until corpus min has run them.
//
// # The text form
//
// The text form is what people read and review, what the corpus stores, what
// drivers speak, what golden tests compare and what a report shows. It is UTF-8
// (in practice ASCII), one item a line; a line ends with "\n". Blank lines are
// ignored. "#" at the beginning of a line, or after a blank, starts a comment
// that runs to the end of the line (not inside a quoted string). A line that
// starts with a blank is an outcome of the op above it.
//
//	file       = version { header } { op { outcome } }
//	version    = "pongcheck-trace 1"
//	header     = "profile" NAME { SETTING }  the profile of the run
//	           | "subject" NAME [ VERSION ]  who was driven
//	           | "sees" { SIGHT }            what was looked at; all if not given
//	           | "config" { KEY "=" VALUE }
//
// What a transcript did not look at is neither right nor wrong. SIGHT is one of frames,
// waiters, errors (of calls, ping included), latency, conn-latency, messages, closed,
// crash.
//
// Config keys, all optional:
//
//	role=server|client      the subject's role; server if not given
//	keepalive=20s/20s       interval and timeout of the subject's keepalive;
//	                        off if not given; a timeout of 0s means none
//	deflate=takeover|reset  permessage-deflate was negotiated, with or without
//	                        context takeover (in both directions)
//	cut=N                   the subject reads its input N bytes at a time
//	seed=N                  for choosers of the subject's (random payloads)
//
// A profile that pongcheck does not know by its name is written out. Its settings are the
// fields of [Profile], each as its library documents it:
//
//	policy=up-to|exact|...  which waiters a Pong acknowledges
//	equals=refused|sent     what a call does whose payload is pending
//	sends, leaves, timed, silent
//	keeps                   the keepalive pings every interval and gives up
//	                        after its time-out, and so:
//	signs=pong|byte         any Pong, or anything, shows that the peer lives
//	postpones               that puts the next ping off by an interval
//	idles                   the time-out counts from that, not from a ping
//	polls                   time-outs are looked at once an interval only
//	grain=D                 deadlines are rounded, by D at most
//
// Ops, with what the adapter does:
//
//	ping P              the application calls ping(P); P may be * (the subject
//	                    chooses). Pings are numbered 1, 2, 3 ... in the order
//	                    of these ops, refused and failed ones included.
//	cancel N            the application stops waiting for ping N. N counts
//	                    modulo the pings so far: with p of them it means
//	                    (N-1) mod p + 1; with none it does nothing.
//	cancel kN           the same for the waiter of the N-th keepalive ping
//	pong P              the peer sends a Pong
//	recv-ping P         the peer sends a Ping
//	close [CODE]        the application closes; 1000 if not given
//	peer-close [CODE]   the peer sends a Close, with an empty payload if no
//	                    code is given
//	drop                the transport breaks, both ways, with an error
//	eof                 the peer ends its sending direction
//	advance D           time passes; at most 1,000 intervals of a keepalive
//	settle              everything in flight is delivered and handled. If then
//	                    something is missing, time goes on until it comes, for
//	                    a minute at most
//	block, resume       the subject's writes stall; they go on
//	raw HEX             the peer sends these bytes, whatever they are
//	msg K P [z]         the peer sends a whole message; K is text or binary;
//	                    z: compressed
//	frag K P [z]        the peer sends the first fragment of a message
//	cont P [fin]        the peer sends the next fragment, the last one if fin
//	OP join             OP is one of the seven that the peer sends (pong,
//	                    recv-ping, peer-close, raw, msg, frag, cont): its bytes
//	                    wait for those of the next op and arrive with them, in
//	                    one read. If the next op is not the peer's, join means
//	                    nothing.
//	msg-send K P        the application sends a message
//	send-pong P         the application sends an unsolicited Pong
//	end                 the last line of a transcript: whatever is open is
//	                    dropped; its outcomes count
//
// Every op is legal in every state. Frames of the peer are well formed and,
// towards a server, masked with the key 37 fa 21 3d (RFC 6455 section 5.7). Their
// length may be anything up to 131,071.
//
//	payload  = bytes | "*" | relation
//	bytes    = HEX                 0d900f00, lower case, whole bytes
//	         | HEX "*" COUNT       61*125 is 125 times the byte 61
//	         | STRING              "text", with Go's escapes
//	         | "-"                 empty
//	relation = "$" TARGET [ change ]
//	TARGET   = N                   the payload of ping N
//	         | "k" N               the payload of the N-th Ping frame that no
//	                               op asked for (keepalive)
//	change   = "[:" N "]"          its first N bytes (all, if it is shorter)
//	         | "+" bytes           with bytes added
//	         | "^" BIT             with one bit flipped: bit BIT mod 8 (1 is the
//	                               value 2) of byte BIT/8 mod length
//
// A target that does not exist (yet), or whose payload the subject was to choose
// and no Ping of it was seen (yet: writes may stall), is the empty payload; changes
// apply to that. Flipping a bit of the empty payload leaves it empty. To which of
// several such calls a Ping belongs only the side that saw who wrote it can tell:
// there its "<" line counts. testdata/relations.txt has the cases; every driver kit
// must pass them.
//
// Outcomes, each indented by two blanks. The order of the frames among
// themselves is the order on the wire; otherwise order means nothing.
//
//	> FRAME                the subject wrote a frame
//	> eof                  the subject ended its sending direction
//	> part HEX             what is left at the end is no whole frame
//	< HEX                  what the payload of the op became (relations only)
//	message K BYTES        a message reached the application: whole, so that an
//	                       adapter of a library that hands it over in pieces
//	                       puts them together
//	N acked [D]            the waiter of ping N: acknowledged, with its latency
//	N cancelled            it was cancelled
//	N failed KIND [NAME]   it failed; NAME is the library's own word
//	N error KIND [NAME]    the call to ping itself failed: no waiter exists
//	error KIND [NAME]      the call of another op failed
//	latency D              the latency of the connection, whenever it changed
//	told CODE|- [clean]    what the application is told of the end: the code of
//	                       the Close, if any, and that the end is a clean one
//	closed                 the subject is done with the connection: see below
//	rested D               of settle: time went on by D, as something was missing
//	! WHERE CLASS: TEXT    an exception or panic that escaped; WHERE is "process"
//	                       if it ended the process of the subject
//	! hang[: PLACE]        the subject did not come to rest; PLACE is the goroutine
//	                       that keeps it from that
//	! leak: PLACE          of end: the subject left this goroutine behind
//	unsupported            the subject cannot do the op, which keeps its
//	                       number and changes nothing
//
// What joined ops bring about is an outcome of the last of them. A subject that cannot
// join sends each by itself: that is judged as well. If it cannot do the op that others
// wait for, their bytes come then, or with the next op.
//
//	FRAME = ( "ping" | "pong" | "text" | "binary" | "cont" | "opN" ) BYTES { ODD }
//	      | "close" ( CODE [ HEX ] | "-" ) { ODD }
//	ODD   = "fin=0"        FIN is not set (on text, binary, cont: a fragment)
//	      | "rsv=N"        RSV1 is 4, RSV2 is 2, RSV3 is 1
//	      | "mask=wrong"   masked by a server, or not masked by a client
//	      | "len=16|64"    a longer form of the length than needed
//	KIND  = "closed" | "too-long" | "duplicate" | "timeout" | "cancelled" | "other"
//
// A waiter of a keepalive ping is written k1, k2 ... in place of N. Each
// outcome may end with "@D", the time since open at which it happened; it says
// when within an "advance". It is kept of frames, eof, messages, waiters and
// closed, and read over elsewhere. D is a Go duration such as 1.5s. A close payload
// that is not a code and a reason (one byte, say) is written as "opN": op8.
//
// # When a subject is closed
//
// "closed" says that the library is done with the connection. The application can get nothing
// from it and send nothing by it any more, and every waiter has ended or is left for ever. A Close
// that was sent or received is not that moment, nor is a code or reason that an API shows
// while it still reads or writes. By the next settle the library also has ended its sending
// direction ("> eof"), unless the transport broke: else the connection is left open. When to say
// it, by kind of API:
//
//   - A reader that returns messages (Go's Read or NextReader, recv, "async for", a stream):
//     when it returned its error or its end, and the application has closed the
//     connection, if the documentation tells it to.
//   - Callbacks (onclose, OnClose, the event "close"): when the callback is called.
//   - Something to wait for (wait_closed, a Future, a closed channel): when it is done.
//   - A state to ask (readyState, state, closed): when it becomes CLOSED. CLOSING is too
//     early, and so is a close_code that is set.
//   - A parser without I/O (wsproto): when the adapter, told that the connection is over, has
//     closed the transport.
package model
