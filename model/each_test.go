package model

import "testing"

// Where every Ping is answered, a Pong for a newer one starves nobody.
func TestEach(t *testing.T) {
	const text = Version + "\nping 61\n  > ping 61\nping 62\n  > ping 62\npong 62\n  2 acked\n"
	for _, each := range []bool{false, true} {
		tr, err := ParseString(text)
		if err != nil {
			t.Fatal(err)
		}
		info, want := Everything(), NonStrict
		if info.Each = each; each {
			want = OK
		}
		exact, _ := FindProfile("exact")
		for _, p := range []Profile{RFC(), exact} {
			if r, err := Judge(p, info, tr, InProcess); err != nil || r.Verdict != want {
				t.Errorf("each=%v, profile %s: %v, %v, want %v", each, p.Name, r.Verdict, err, want)
			}
		}
	}
}
