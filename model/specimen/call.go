package specimen

import (
	"cmp"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// What the Python connections have in common.

type phase uint8

const (
	isOpen phase = iota
	isClosing
	isClosed
)

// closeTimeout is how long a connection waits for its end.
const closeTimeout = 10 * time.Second

// pingID names a ping: the n-th call, or with keep the n-th ping of the keepalive.
type pingID struct {
	n    int32
	keep bool
}

// call is a call of the application or of the keepalive that has not returned.
type call struct {
	kind    callKind
	stalled bool // it waits until writes go on; else it waits for the end of the connection
	id      pingID
}

type callKind uint8

const (
	pingCall   callKind = iota
	sendCall            // the outcome shows its failure
	otherCall           // the outcome shows nothing of it
	closeCall           // close, of the legacy connection
	readerCall          // the answer of the reading task
)

// waiter is the Future of a ping.
type waiter struct {
	Future
	given bool // the call to ping has returned it
	left  bool // nobody waits for it any more, but it is pending
}

// keepaliveStage is what the task of a keepalive is doing.
type keepaliveStage uint8

const (
	keepaliveOff    keepaliveStage = iota
	keepaliveSleeps                // until the next ping
	keepaliveCalls                 // its ping has stalled
	keepaliveWaits                 // for its Pong, until the time-out
)

// closeCodes are the codes of the Closes, 0 for none.
type closeCodes struct{ sent, received frame.CloseCode }

// name is that of the exception by which waiters learn of the end.
func (c closeCodes) name() string {
	if c.fine() {
		return "ConnectionClosedOK"
	}
	return "ConnectionClosedError"
}

func (c closeCodes) fine() bool { return isFineCode(c.sent) && isFineCode(c.received) }

// tellEnd is what the application is told by close_code and by how its iteration ends.
func (c closeCodes) tellEnd() model.Told {
	return model.Told{Said: true, Code: int(cmp.Or(c.received, frame.AbnormalClosure)), Clean: c.fine()}
}

func isFineCode(code frame.CloseCode) bool {
	return code == frame.NormalClosure || code == frame.GoingAway || code == noStatus
}

// event is a frame that is not answered right away.
type event struct {
	opcode frame.Opcode
	fin    bool
	data   string
}
