package model

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// A class is the id of a rule. Where the rule can be broken in ways that have different
// causes, a word follows that tells these apart. Of a crash the word is its own class.

// causeWords has these words, for each rule that has some. A breach without a word is the
// usual one.
var causeWords = map[RuleID]map[detail]string{
	sendMask:          roleWords,
	sendRSV:           frameWords,
	sendRSV1:          frameWords,
	sendLength:        frameWords,
	sendMinimal:       frameWords,
	sendFin:           frameWords,
	sendControlLength: frameWords,
	sendAfterClosed:   frameWords,
	sendLost:          {lostPong: "pong"},
	pongEcho: {constantAnswers: "constant", echoShort: "short", echoLong: "long", echoReplaced: "replaced",
		echoFlipped: "flipped"},
	recvMask:      roleWords,
	recvRSV:       frameWords,
	recvRSV1:      frameWords,
	recvOpcode:    frameWords,
	recvAfterFail: {maskFailed: "mask", rsvFailed: "rsv", opcodeFailed: "opcode", rsv1Failed: "rsv1"},
	recvLegal:     {accused: "accused"},
	messageReceived: {notDelivered: "lost", neverSent: "invented", neverFinished: "unfinished",
		textAsBinary: "as-binary", binaryAsText: "as-text", connectionEnded: "ended"},
	keepTimeout:       {writesStall: "stalled"},
	latencyWaiter:     {untoldLatency: "untold"},
	latencyConnection: {staleLatency: "stale"},
	keepInterval:      {stoppedForGood: "stopped"},
	pingSent:          {notSent: "missing"},
	closeOwed:         {endedUnclosed: "dropped", callUnclosed: "call", callEndedAlone: "call-dropped"},
	closeEnded:        {saidClosed: "said", bothClosed: "both", serverEnded: "client", failedUnended: "failed"},
	pingRefused: {refusedClosed: "closed", refusedTooLong: "too-long", refusedDuplicate: "duplicate", refusedTimeout: "timeout",
		refusedCancelled: "cancelled", refusedOther: "other", refusedAndSent: "sent", refusedOnce: "once"},
}

var (
	roleWords  = map[detail]string{asServer: "server", asClient: "client"}
	frameWords = map[detail]string{pingFrame: "ping", pongFrame: "pong", closeFrame: "close", controlFrame: "control", dataFrame: "data"}
)

// classNames has the class of each rule and detail.
var classNames = nameClasses()

func nameClasses() (names [rules][details]string) {
	for r := range names {
		for d := range names[r] {
			names[r][d] = ruleTable[r].ID
			if word := causeWords[RuleID(r)][detail(d)]; word != "" {
				names[r][d] += " " + word
			}
		}
	}
	return names
}

// Class names the failure: findings of one class are taken for one bug. It is the id of
// the rule and, where the rule can be broken in ways with different causes, a word for the
// way ([Rule.Causes]); of a crash that is its class.
func (f *Finding) Class() string {
	if f.Crash != "" {
		return f.Rule.String() + " " + f.Crash
	}
	return classNames[f.Rule][f.detail]
}

// RuleClass is the class without the word for a cause: the id of the rule, and of a crash
// its class.
func (f *Finding) RuleClass() string {
	if f.Crash != "" {
		return f.Class()
	}
	return f.Rule.String()
}

// Causes returns the words that can follow the id of the rule in a class, in the order of
// the alphabet.
func (r *Rule) Causes() (words []string) {
	id, _ := FindRule(r.ID)
	for _, w := range causeWords[id] {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return words
}

// InClass reports whether a class is the wanted one, or one of those that it stands for:
// the id of a rule stands for every class of the rule.
func InClass(class, wanted string) bool {
	rest, is := strings.CutPrefix(class, wanted)
	return is && (rest == "" || rest[0] == ' ')
}

// roleDetail is the detail of a rule that is another one for each role.
func roleDetail(r Role) detail {
	if r == Client {
		return asClient
	}
	return asServer
}

// sentDetail says which frame the subject sent that breaks a rule.
func sentDetail(o frame.Opcode) detail {
	switch o {
	case frame.Ping:
		return pingFrame
	case frame.Pong:
		return pongFrame
	case frame.Close:
		return closeFrame
	}
	return receivedDetail(o)
}

// receivedDetail says which sort of frame the subject received.
func receivedDetail(o frame.Opcode) detail {
	if o.Control() {
		return controlFrame
	}
	return dataFrame
}

// failedDetail says by which rule the connection had failed.
func failedDetail(r RuleID) detail {
	switch r {
	case recvMask:
		return maskFailed
	case recvRSV:
		return rsvFailed
	case recvOpcode:
		return opcodeFailed
	case recvRSV1:
		return rsv1Failed
	}
	return noDetail
}

// echoDetail says how a Pong differs from its Ping.
func echoDetail(how mangling) detail {
	switch how {
	case lengthened:
		return echoLong
	case replaced:
		return echoReplaced
	case bitFlipped:
		return echoFlipped
	}
	return echoShort
}

// refusedDetail says as what a call was refused.
func refusedDetail(k ErrKind) detail {
	switch k {
	case ErrClosed:
		return refusedClosed
	case ErrTooLong:
		return refusedTooLong
	case ErrDuplicate:
		return refusedDuplicate
	case ErrTimeout:
		return refusedTimeout
	case ErrCancelled:
		return refusedCancelled
	}
	return refusedOther
}
