// Package harness puts a real Go library behind a [model.Subject]. It opens a connection
// over an in-memory transport, in a bubble of virtual time. It does what each op of a
// trace says, and reports what the library wrote, delivered and returned. Neither this
// package nor an adapter decides what is right: the model does.
//
// # Index
//
//   - The adapter of a library: [Subject], [Endpoint], [Host].
//   - The doors: [Host.Accept], [Host.Client], [URL].
//   - Libraries that only write pings and call back: [Pongs].
//   - Libraries whose callers take turns: [Turn]. Those without a word for the end:
//     [Host.ClosingConn].
//   - Protocols other than WebSocket: [Wire], [Host.Speak].
//   - Errors of libraries: [Classify], [KindOf].
//   - The bubble: [Bubble], [BubbleAlone], [Hang].
//   - Many goroutines at once: [Race], [Rest].
//
// # An adapter
//
// An adapter is one function, open. It opens a connection by a door that the library
// documents, and starts the reading goroutine that the library asks for. It returns an
// [Endpoint]: what an application can do with the connection. The examples of this page
// are whole adapters. The usual shape:
//
//	func open(h *harness.Host) (harness.Endpoint, error) {
//		var c *lib.Conn
//		err := h.Accept(func(w http.ResponseWriter, r *http.Request) { c = lib.Upgrade(w, r) })
//		if err != nil {
//			return harness.Endpoint{}, err
//		}
//		h.Go("Read", func() {
//			defer h.Closed()
//			for {
//				p, err := c.Read()
//				if err != nil {
//					return
//				}
//				h.Message(true, p)
//			}
//		})
//		return harness.Endpoint{Ping: c.Ping, Close: c.Close}, nil
//	}
//
//	var impl = &model.Implementation{
//		Name:   "lib",
//		New:    harness.Subject(open),
//		Around: harness.Bubble,
//		Race:   harness.Race(open),
//		Rest:   harness.Rest,
//		Info: model.Info{
//			Can:   model.AllKinds &^ model.KindsOf(model.Block, model.Resume, model.MsgSend, model.SendPong),
//			Sees:  model.SeesFrames | model.SeesWaiters | model.SeesErrors | model.SeesMessages | model.SeesClosed | model.SeesCrash,
//			Roles: model.ServerRole,
//			Given: true, // Endpoint.Ping takes a payload
//			Cuts:  true,
//		},
//	}
//
// # Doors
//
// [Host.Accept] is the door of a server, [Host.Client] that of a client. A library that
// shakes hands on a connection itself takes [Host.Conn]. A handler of Accept must return
// after the handshake: the trace begins when open returns. If the connection of a library
// lives only as long as its handler, call Accept itself in [Host.Go], and let open wait
// until the handler has the connection.
//
// # What Info promises
//
// [model.Info] must promise no more than the adapter does. What it leaves out is not tried,
// or not judged.
//
//   - Can lists the ops. Leave out those without a function in the Endpoint. Also leave
//     out [model.Block] and [model.Resume] if the library holds a sync.Mutex while it
//     writes: a goroutine that waits for a mutex never comes to rest in a bubble.
//   - Sees lists what the adapter reports. If it has SeesMessages but the adapter never
//     calls [Host.Message], every message counts as lost. The same holds for SeesClosed
//     and [Host.Closed], and for SeesConnLat and [Host.Latency]. SeesTold is for [Host.Told].
//   - Roles lists the doors that open uses.
//   - Given is for Endpoint.Ping, Chooses for Endpoint.PingAny. Keeps says that open
//     configures the library's keepalive from Config.Interval and Config.Timeout.
//     An Interval of 0 means no keepalive, a Timeout of 0 that it never gives up. If the
//     library takes one number, say in Timeouts what its time-out is.
//   - OwnPings says that the library sends Pings by itself without a keepalive: round-trip
//     probes, for example. The peer then answers, doubles and mangles them (pong $k1).
//   - Untracked is for libraries that wait for no Pong, whose adapter takes [Host.Pongs].
//
// # When set-up goes wrong
//
//   - "The subject is not in a bubble": set Around to [Bubble].
//   - The process dies of a timer or a channel "from outside bubble": the
//     library pools them. Set Around to [BubbleAlone].
//   - "Accept opens a server" or "Client opens a client": Roles names a role for which open
//     uses the other door.
//   - "The library still waits": the handler of Accept did not return; read in [Host.Go].
//   - "Main bubble goroutine has exited but blocked goroutines remain": the library started
//     a goroutine that nobody stops, a hub or a janitor. Stop it at the end of the
//     connection: h.Go("Close", func() { <-h.Done(); m.Close() }).
//   - A hang at the end of every trace: a function of [Host.Go] did not return after the
//     transport broke. Often it waits for [Host.Done], and no reader calls [Host.Closed].
//
// # When a connection is closed
//
// [Host.Closed] says that the application knows the end. Call it when the reader returns its
// error, or when the library's callback for the end runs: not when the application calls
// Close, not when a Close frame arrives. A library with neither is told by its transport, see
// [Host.ClosingConn].
//
// # Many goroutines at once
//
// Race and Rest of the [model.Implementation] let props.CheckConcurrent call one connection
// from many goroutines. Leave them out if the library asks its callers to take turns in a way
// that the adapter cannot share, as a reader that writes answers without a lock does.
//
// # One trace
//
// To see what a library does with a trace of your own:
//
//	tr, err := text.ParseString("pongcheck-trace 1\nping 61\npong $1\nsettle\n")
//	report, err := model.Check(ctx, model.RFC(), impl, tr.Trace())
//	fmt.Print(report.Verdict, "\n", report.Transcript.Ladder())
//
// # Protocols other than WebSocket
//
// A [Wire] translates between traces and a protocol. Payloads of a trace have 0 to 125 bytes.
// If those of the protocol have a fixed size, map them one to one, and let Append refuse what
// does not fit: two payloads that differ in a trace must differ on the wire. A payload that
// the library chose at random needs a name that is the same in every run, such as its number.
// cousin.go in fuzz/subject does all that for HTTP/2 and yamux in 125 lines; copy it.
//
// # What an op does
//
// Each call of the application runs in a goroutine of its own, so calls run side by side. How it ends is reported at
// the op in which it ends. A failed ping is a waiter that failed if its frame was seen,
// else a call that was refused. The peer answers the opening handshake; after that it
// writes what the trace says and nothing else. After each op every goroutine of the bubble
// is blocked: on the transport, a channel, a sync.Cond or a timer.
//
// The library's end of sending is reported when it closes the transport, unless the
// transport broke before.
package harness
