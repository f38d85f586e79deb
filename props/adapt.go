package props

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// longestPause is how long an op may wait by a real clock.
const longestPause = 100 * time.Millisecond

// Adapt makes t fit for a subject with this info: payloads are left to a
// subject that cannot be given one, and the role is the one that it can play.
// It returns nil if the subject cannot do what t is about, and never changes t.
func Adapt(info model.Info, t *model.Trace) *model.Trace {
	c := t.Clone()
	for i := range c.Ops {
		o := &c.Ops[i]
		if !info.Can.Has(o.Kind) || info.Real && o.Time > longestPause {
			return nil
		}
		if o.Kind != model.Ping {
			continue
		}
		if chosen := o.Data.Form == model.Chosen; chosen && !info.Chooses || !chosen && !info.Given && !info.Chooses {
			return nil
		}
		if !info.Given {
			o.Data = model.Payload{Form: model.Chosen}
		}
	}
	if f := c.Config; f.Interval > 0 && (!info.Keeps || info.Real) || f.Deflate != model.NoDeflate && !info.Deflate || f.Cut > 0 && !info.Cuts {
		return nil
	}
	return adaptRole(info.Roles, c)
}

// adaptRole changes the role, if need be; raw bytes are masked for one role
// only.
func adaptRole(roles model.Roles, t *model.Trace) *model.Trace {
	if roles == 0 || roles>>t.Config.Role&1 != 0 {
		return t
	}
	for i := range t.Ops {
		if t.Ops[i].Kind == model.Raw {
			return nil
		}
	}
	t.Config.Role = model.Server
	if roles&model.ServerRole == 0 {
		t.Config.Role = model.Client
	}
	return t
}
