package subject

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
)

// The libraries, each as its documentation tells a user to use it: first as one that
// tracks pings, then as one that answers them. What is known of them is passed over.

func FuzzCoder(f *testing.F)         { tracks(f, Coder) }
func FuzzGorilla(f *testing.F)       { tracks(f, Gorilla) }
func FuzzGobwas(f *testing.F)        { tracks(f, Gobwas) }
func FuzzGobwasReader(f *testing.F)  { tracks(f, GobwasReader) }
func FuzzGWS(f *testing.F)           { tracks(f, GWS) }
func FuzzGWSBuiltin(f *testing.F)    { tracks(f, GWSBuiltin) }
func FuzzNBIO(f *testing.F)          { tracks(f, NBIO) }
func FuzzXNet(f *testing.F)          { tracks(f, XNet) }
func FuzzHTTP2(f *testing.F)         { tracks(f, HTTP2) }
func FuzzHTTP2Server(f *testing.F)   { tracks(f, HTTP2Server) }
func FuzzYamux(f *testing.F)         { tracks(f, Yamux) }
func FuzzAnswerCoder(f *testing.F)   { answers(f, Coder) }
func FuzzAnswerGorilla(f *testing.F) { answers(f, Gorilla) }
func FuzzAnswerGobwas(f *testing.F)  { answers(f, Gobwas) }
func FuzzAnswerReader(f *testing.F)  { answers(f, GobwasReader) }
func FuzzAnswerGWS(f *testing.F)     { answers(f, GWS) }
func FuzzAnswerBuiltin(f *testing.F) { answers(f, GWSBuiltin) }
func FuzzAnswerNBIO(f *testing.F)    { answers(f, NBIO) }
func FuzzAnswerXNet(f *testing.F)    { answers(f, XNet) }

// Frames that are read without a connection.
func FuzzGobwasFrames(f *testing.F) { fuzz.Decoder(f, gobwasFrames) }

func tracks(f *testing.F, impl func() *model.Implementation) {
	f.Helper()
	i := impl()
	fuzz.Tracker(f, profileOf(f, i), i, KnownFailures(i.Name, i.Version)...)
}

func answers(f *testing.F, impl func() *model.Implementation) {
	f.Helper()
	i := impl()
	fuzz.Responder(f, profileOf(f, i), i, KnownFailures(i.Name, i.Version)...)
}

func profileOf(t testing.TB, i *model.Implementation) model.Profile {
	t.Helper()
	p, ok := model.FindProfile(i.Profile)
	if !ok {
		t.Fatalf("%s has no profile %q", i.Name, i.Profile)
	}
	return p
}
