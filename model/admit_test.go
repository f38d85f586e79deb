package model_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

func TestAdapt(t *testing.T) {
	core := model.KindsOf(model.Ping, model.Pong, model.Settle, model.Advance, model.Raw)
	for _, c := range []struct {
		reason string
		info   model.Info
		trace  string
		want   string // "-" for none
	}{
		{"nothing to do", model.Info{Can: core, Given: true}, "ping 61|pong $1", "ping 61|pong $1"},
		{"the subject chooses payloads", model.Info{Can: core, Chooses: true}, "ping 61|pong $1", "ping *|pong $1"},
		{"the subject cannot choose", model.Info{Can: core, Given: true}, "ping *", "-"},
		{"the subject does not ping", model.Info{Can: core}, "ping 61", "-"},
		{"an op that it cannot do", model.Info{Can: core, Given: true}, "cancel 1", "-"},
		{"no keepalive", model.Info{Can: core}, "config keepalive=20s/20s|advance 20s", "-"},
		{"real time would be spent", model.Info{Can: core, Real: true}, "advance 5s", "-"},
		{"no compression", model.Info{Can: core}, "config deflate=reset|settle", "-"},
		{"the other role", model.Info{Can: core, Roles: model.ClientRole}, "settle", "config role=client|settle"},
		{"raw bytes are for one role", model.Info{Can: core, Roles: model.ClientRole}, "raw 8900", "-"},
	} {
		tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(c.trace, "|", "\n") + "\n")
		if err != nil {
			t.Fatal(err)
		}
		got := "-"
		if a := c.info.Adapt(tr.Trace()); a != nil {
			_, lines, _ := strings.Cut(strings.TrimSpace(a.String()), "\n")
			got = strings.ReplaceAll(lines, "\n", "|")
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.reason, got, c.want)
		}
	}
}

// limitedInfos are subjects that have everything but one thing, by what they are without.
func limitedInfos() map[string]model.Info {
	whole := model.Everything()
	whole.Deflate = true
	infos := map[string]model.Info{"nothing": whole}
	without := func(name string, change func(*model.Info)) {
		info := whole
		change(&info)
		infos[name] = info
	}
	for k := model.Ping; k < model.End; k++ {
		without(k.String(), func(i *model.Info) { i.Can &^= model.KindsOf(k) })
	}
	without("the client's role", func(i *model.Info) { i.Roles = model.ServerRole })
	without("the server's role", func(i *model.Info) { i.Roles = model.ClientRole })
	without("given payloads", func(i *model.Info) { i.Given = false })
	without("chosen payloads", func(i *model.Info) { i.Chooses = false })
	without("payloads", func(i *model.Info) { i.Given, i.Chooses = false, false })
	without("keepalive", func(i *model.Info) { i.Keeps = false })
	without("compression", func(i *model.Info) { i.Deflate = false })
	without("cuts", func(i *model.Info) { i.Cuts = false })
	without("a false clock", func(i *model.Info) { i.Real = true })
	return infos
}

// What is adapted or restricted is admitted, and what is admitted stays as it is.
func TestAdmits(t *testing.T) {
	for name, info := range limitedInfos() {
		refused := 0
		for i := range 2000 {
			r := rand.New(rand.NewPCG(8, uint64(i)))
			b := make([]byte, 1+i%60)
			for j := range b {
				b[j] = byte(r.Uint32())
			}
			tr := text.Decode(b)
			admitted := info.Admits(tr)
			adapted := info.Adapt(tr)
			switch {
			case adapted != nil && !info.Admits(adapted):
				t.Fatalf("without %s: Adapt gave\n%s", name, adapted)
			case admitted && (adapted == nil || adapted.String() != tr.String()):
				t.Fatalf("without %s: Adapt changed\n%sinto\n%s", name, tr, adapted)
			case !admitted:
				refused++
			}
			before := tr.String()
			if info.Restrict(tr); !info.Admits(tr) {
				t.Fatalf("without %s: Restrict made\n%sof\n%s", name, tr, before)
			}
		}
		if (refused == 0) != (name == "nothing") {
			t.Errorf("without %s: %d traces were not admitted", name, refused)
		}
	}
}
