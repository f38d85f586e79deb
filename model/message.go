package model

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// The rules of messages, received and sent.
const (
	messageReceived RuleID = endRecvRules + iota
	messageSent
	messageDeflate
	endMessageRules
)

var messageRules = ruleFamily{messageSentence, map[RuleID]Rule{
	messageReceived: {"message.received", Must, "5.4",
		"A message reaches the application whole and as it was sent, whatever control frames come among its fragments.", SeesMessages, ""},
	messageSent: {"message.sent", Must, "5.4",
		"A message is sent as it is, whatever control frames go between its fragments.", SeesFrames, ""},
	messageDeflate: {"message.deflate", Must, "RFC 7692 section 7.2.1",
		"A message that is marked as compressed inflates: by itself, or with what was sent before it where context takeover was agreed on.", SeesFrames, ""},
}}

// messageSentence says what a finding by a rule of this family found.
func messageSentence(f *Finding) string {
	switch f.Rule {
	case messageSent:
		return "a message was sent changed: want " + f.Want + ", got " + f.Got
	case messageDeflate:
		return "a compressed message cannot be inflated: " + f.Got
	case messageReceived:
		return receivedSentence(f)
	}
	return ""
}

// receivedSentence says what happened to a message of the peer's.
func receivedSentence(f *Finding) string {
	switch f.detail {
	case connectionEnded:
		return "a legal frame of a fragmented or compressed message, or among its fragments, ended the connection"
	case notDelivered:
		return fmt.Sprintf("the message %.60q was not delivered", f.Want)
	case neverSent:
		return fmt.Sprintf("a message that the peer did not send was delivered: %.60q", f.Got)
	case neverFinished:
		return fmt.Sprintf("a message that the peer did not finish was delivered: %.60q", f.Got)
	case textAsBinary:
		return fmt.Sprintf("a text message arrived as a binary one: want text %.60q, got binary %.60q", f.Want, f.Got)
	case binaryAsText:
		return fmt.Sprintf("a binary message arrived as a text one: want binary %.60q, got text %.60q", f.Want, f.Got)
	}
	return fmt.Sprintf("a message arrived changed: want %.60q, got %.60q", f.Want, f.Got)
}

// messages puts the messages together that the subject sends, compressed or not,
// and holds them against those that the application sent.
type messages struct {
	inflater frame.Inflater // puts the frames of a message together
	text     bool           // the message under way is text
	unsent   []sentMessage  // messages of the application that have not been seen to leave
	opaque   bool           // it is unknown what the frames mean: no verdict on messages
}

// sentMessage is a message that the application sent.
type sentMessage struct {
	text      bool   // it is text, else binary
	data      string // its content
	mayDiffer bool   // it may leave changed, or not at all
}

// maxUnsentMessages bounds how many messages wait for a stalled write.
const maxUnsentMessages = 64

func (m *messages) reset(deflate Deflate) {
	m.inflater.Reset()
	m.inflater.Takeover, m.inflater.Limit = deflate == Takeover, MaxPayload
	m.text, m.opaque, m.unsent = false, false, m.unsent[:0]
}

// recordSend records that the application sends a message. Stalled calls may go on in any
// order, and so do their messages.
func (m *messages) recordSend(text bool, data string, mayDiffer bool) {
	if len(m.unsent) == maxUnsentMessages {
		m.opaque = true
		return
	}
	m.unsent = append(m.unsent, sentMessage{text, data, mayDiffer || text && !utf8.ValidString(data)})
}

// recordFailedCall records that some call failed. It is unknown which, and what it sent.
func (m *messages) recordFailedCall() {
	for i := range m.unsent {
		m.unsent[i].mayDiffer = true
	}
}

// judgeLost judges messages that have not left by now.
func (m *messages) judgeLost(e *env) {
	const need = SeesFrames | SeesErrors
	for i := range m.unsent {
		if w := &m.unsent[i]; !w.mayDiffer && !m.opaque && e.info.Sees&need == need {
			e.note(sendLost, FAILED, 0, "the message "+messageWords(w.text, w.data), "")
		}
	}
	m.unsent = m.unsent[:0]
}

// takeSent removes the unsent message that has left and returns it: the one with this
// content, or the oldest that may differ, or else the oldest.
func (m *messages) takeSent(text bool, data []byte) (sent sentMessage, ok bool) {
	i := slices.IndexFunc(m.unsent, func(w sentMessage) bool { return w.text == text && w.data == string(data) })
	if i < 0 {
		i = max(slices.IndexFunc(m.unsent, func(w sentMessage) bool { return w.mayDiffer }), 0)
	}
	if i == len(m.unsent) {
		return sent, false
	}
	sent = m.unsent[i]
	m.unsent = slices.Delete(m.unsent, i, i+1)
	return sent, true
}

// judgeMessage judges what a data frame means for the message it belongs to.
func (o *outbound) judgeMessage(e *env, h frame.Header, f *Frame) {
	m := &o.messages
	if m.opaque {
		return
	}
	if f.Opcode != frame.Continuation {
		m.text = f.Opcode == frame.Text
	}
	data, whole, err := m.inflater.Frame(&frame.Frame{Header: h, Payload: []byte(f.Data)})
	switch {
	case errors.Is(err, frame.ErrTooBig):
		m.opaque = true // no message of a trace is so long
	case err != nil:
		e.note(messageDeflate, FAILED, 0, "", err.Error())
		m.opaque = true // the window of the inflater is wrong from here on
	case whole:
		o.judgeWhole(e, m.text, data)
	}
}

// judgeWhole judges a whole message of the subject's. The application may have sent it
// before the trace began: then there is no verdict.
func (o *outbound) judgeWhole(e *env, text bool, data []byte) {
	e.markReached(messageSent)
	if e.cfg.Deflate != NoDeflate {
		e.markReached(messageDeflate)
	}
	want, ok := o.messages.takeSent(text, data)
	if ok && !want.mayDiffer && (want.text != text || want.data != string(data)) {
		e.note(messageSent, FAILED, 0, messageWords(want.text, want.data), messageWords(text, string(data)))
	}
}

// messageWords shows a message to people.
func messageWords(text bool, data string) string {
	return fmt.Sprintf("%s %.60q", typeWord(text)[1:], data)
}

// judgeMessages compares the messages that reached the application with those that the
// peer sent.
func (in *inbound) judgeMessages(e *env, seen *Outcome) {
	for _, m := range seen.Messages {
		lost := in.skipTo(&m)
		switch {
		case in.mayCarryMessage && e.conn.failing != noRule && len(in.expected) == 0 && !in.contentUnknown:
			e.noteAccepted(0, "a message that came with or after it was delivered", m.Data)
		case in.contentUnknown || e.conn.mayRefuse:
		case lost != nil && !e.mayBeClosing():
			e.noteDetail(messageReceived, FAILED, 0, notDelivered, lost.Data, "")
		case len(in.expected) == 0:
			e.noteDetail(messageReceived, FAILED, 0, in.detailUnexpected(), "", m.Data)
		case m.Text != in.expected[0].Text || m.Data != in.expected[0].Data:
			e.noteDetail(messageReceived, FAILED, 0, detailChanged(&in.expected[0].Message, &m), in.expected[0].Data, m.Data)
		case in.expected[0].afterClose:
			e.note(recvAfterClose, NonStrict, 0, "", m.Data)
		}
		if len(in.expected) > 0 {
			in.expected = append(in.expected[:0], in.expected[1:]...)
		}
	}
}

// skipTo drops the expected messages before m, if m is one of them, and returns the first
// that was dropped, or nil. A subject that closes, or is told to, may discard messages and
// deliver others; from any other they are lost.
func (in *inbound) skipTo(m *Message) (lost *Message) {
	for i := range in.expected {
		if x := &in.expected[i]; x.Text == m.Text && x.Data == m.Data {
			if i > 0 {
				first := in.expected[0].Message
				lost = &first
			}
			in.expected = append(in.expected[:0], in.expected[i:]...)
			return lost
		}
	}
	return nil
}

// detailUnexpected says why no message is expected.
func (in *inbound) detailUnexpected() detail {
	if in.state.InMessage {
		return neverFinished
	}
	return neverSent
}

// detailChanged says whether a message arrived as one of the other type.
func detailChanged(want, got *Message) detail {
	switch {
	case want.Text == got.Text:
		return noDetail
	case want.Text:
		return textAsBinary
	}
	return binaryAsText
}

// judgeUndelivered notes a message that has not reached the application by now.
func (in *inbound) judgeUndelivered(e *env) {
	if len(in.expected) > 0 && !in.contentUnknown && e.info.Sees&SeesMessages != 0 {
		e.noteDetail(messageReceived, FAILED, 0, notDelivered, in.expected[0].Data, "")
		in.expected = in.expected[:0]
	}
}
