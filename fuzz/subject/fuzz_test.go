package subject

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
)

// The libraries, each as its documentation tells a user to use it: first as one that
// tracks pings, then as one that answers them. What is known of them is passed over.

func FuzzCoder(f *testing.F)          { tracks(f, newCoder) }
func FuzzGorilla(f *testing.F)        { tracks(f, newGorilla) }
func FuzzGobwas(f *testing.F)         { tracks(f, newGobwas) }
func FuzzCoderCloseRead(f *testing.F) { tracks(f, newCoderCloseRead) }
func FuzzGobwasControl(f *testing.F)  { tracks(f, newGobwasControl) }
func FuzzGobwasMessages(f *testing.F) { tracks(f, newGobwasMessages) }
func FuzzGorillaNext(f *testing.F)    { tracks(f, newGorillaNext) }
func FuzzXNetRead(f *testing.F)       { tracks(f, newXNetRead) }
func FuzzGobwasReader(f *testing.F)   { tracks(f, newGobwasReader) }
func FuzzGWS(f *testing.F)            { tracks(f, newGWS) }
func FuzzGWSMessage(f *testing.F)     { tracks(f, newGWSMessage) }
func FuzzGWSNext(f *testing.F)        { tracks(f, newGWSNext) }
func FuzzNBIO(f *testing.F)           { tracks(f, newNBIO) }
func FuzzXNet(f *testing.F)           { tracks(f, newXNet) }
func FuzzHTTP2(f *testing.F)          { tracks(f, newHTTP2) }
func FuzzHTTP2Server(f *testing.F)    { tracks(f, newHTTP2Server) }
func FuzzYamux(f *testing.F)          { tracks(f, newYamux) }
func FuzzAnswerCoder(f *testing.F)    { answers(f, newCoder) }
func FuzzAnswerGorilla(f *testing.F)  { answers(f, newGorilla) }
func FuzzAnswerGobwas(f *testing.F)   { answers(f, newGobwas) }
func FuzzAnswerReader(f *testing.F)   { answers(f, newGobwasReader) }
func FuzzAnswerGWS(f *testing.F)      { answers(f, newGWS) }
func FuzzAnswerNBIO(f *testing.F)     { answers(f, newNBIO) }
func FuzzAnswerXNet(f *testing.F)     { answers(f, newXNet) }

// Frames that are read without a connection.
func FuzzGobwasFrames(f *testing.F) { fuzz.Decoder(f, gobwasFrames) }

func tracks(f *testing.F, impl func() *model.Implementation) {
	f.Helper()
	i := impl()
	fuzz.Tracker(f, profileOf(f, i), i, knownFailures(i.Name, i.Version)...)
}

func answers(f *testing.F, impl func() *model.Implementation) {
	f.Helper()
	i := impl()
	fuzz.Responder(f, profileOf(f, i), i, knownFailures(i.Name, i.Version)...)
}

func profileOf(t testing.TB, i *model.Implementation) model.Profile {
	t.Helper()
	p, ok := model.FindProfile(i.Profile)
	if !ok {
		t.Fatalf("%s has no profile %q", i.Name, i.Profile)
	}
	return p
}
