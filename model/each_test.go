package model_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// Where every Ping is answered, a Pong for a newer one starves nobody.
func TestEach(t *testing.T) {
	const transcript = model.Version + "\nping 61\n  > ping 61\nping 62\n  > ping 62\npong 62\n  2 acked 0s\n"
	for _, each := range []bool{false, true} {
		tr, err := text.ParseString(transcript)
		if err != nil {
			t.Fatal(err)
		}
		info, want := model.Everything(), model.NonStrict
		if info.Each = each; each {
			want = model.OK
		}
		exact, _ := model.FindProfile("exact")
		for _, p := range []model.Profile{model.RFC(), exact} {
			if r, err := model.Judge(p, info, tr, model.InProcess); err != nil || r.Verdict != want {
				t.Errorf("each=%v, profile %s: %v, %v, want %v", each, p.Name, r.Verdict, err, want)
			}
		}
	}
}
