// Package harness puts a real WebSocket library behind a [model.Subject]. It opens a
// connection over a transport in memory, in a bubble of virtual time, does what each
// op of a trace says, and reports what the library wrote, delivered and returned.
//
// # Index
//
//   - The adapter of a library: [Subject], [Endpoint], [Host].
//   - The doors: [Host.Accept], [Host.Client], [URL].
//   - Libraries that only write pings and call back: [Pongs].
//   - Protocols other than WebSocket: [Wire], [Host.Speak].
//   - Their errors: [Classify], [KindOf].
//   - The bubble: [Bubble], [Hang].
//   - Many goroutines at once: [Race], [Rest].
//
// # An adapter
//
// An adapter is one function. It enters by the door that the library documents,
// starts the reading goroutine that the library asks for, and says what an
// application can do:
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
// Info ([model.Info] explains each field) promises no more than the adapter does: what it
// leaves out is not tried, or not judged.
//
// The adapter decides nothing about right and wrong; nor does this package.
//
// # What an op does
//
// Calls of the application run in goroutines of their own, and how they end is
// reported at the op in which they do. A ping that fails is a waiter that failed
// if its frame was seen, else a call that was refused. The peer answers the opening
// handshake and then writes what the trace says and nothing else. After each op
// every goroutine of the bubble is blocked: on the transport, a channel, a
// sync.Cond or a timer. A library that stalls on a sync.Mutex, as some do when
// their writes are blocked, never comes to rest in a bubble: its adapter must
// leave [model.Block] and [model.Resume] out of what it can.
//
// An end of the library's sending direction is reported when it closes the
// transport, unless that has broken before.
package harness
