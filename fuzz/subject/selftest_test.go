package subject

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// mute is an adapter that loses what the library writes.
type mute struct{ *model.State }

func (m mute) Step(ev *model.Event, out *model.Outcome) {
	m.State.Step(ev, out)
	out.Frames = out.Frames[:0]
}

func TestSelfTestDoubtsTheAdapter(t *testing.T) {
	info := model.Everything()
	impl := &model.Implementation{Name: "mute", Info: info, New: func() model.Subject { return mute{model.NewState(model.RFC(), info)} }}
	if err := selfTest(t.Context(), impl); err == nil || !strings.Contains(err.Error(), `does not show "> pong"`) {
		t.Errorf("got %v, want a doubt about the answer to a Ping", err)
	}
	impl.New = func() model.Subject { return model.NewState(model.RFC(), info) }
	if err := selfTest(t.Context(), impl); err != nil {
		t.Errorf("the reference: %v", err)
	}
	if err := selfTest(t.Context(), newCoder()); err != nil {
		t.Errorf("coder: %v", err)
	}
}
