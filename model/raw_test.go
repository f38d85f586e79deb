package model_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

func TestRawFrames(t *testing.T) {
	for ops, want := range map[string][]string{
		"raw 888237fa213d3417":                 {"close 1005"},
		"raw 8800":                             {"close - mask=wrong"},
		"config role=client\nraw 8800":         {"close -"},
		"config role=client\nraw 888037fa213d": {"close - mask=wrong"},
		"raw 888137fa213d56":                   {"op8 61"},
		"raw 0a8137fa213d56":                   {"pong 61 fin=0"},
		"raw f1fe000137fa213d56":               {"text 61 rsv=7 len=16"},
		"config role=client\nraw 8b00890161":   {"op11 -, ping 61"},
		"raw -":                                {""},
		"config role=client\nraw " + strings.Repeat("8900", 6):           {"ping -, ping -, ping -, ping -, 2 more frames"},
		"config role=client\nraw 8a02\nraw 61\nraw 62\nsettle\nraw 8a00": {"a part of a frame", "a part of a frame", "pong 6162", "", "pong -"},
		"raw 8a82\npong 61\nraw 8a00":                                    {"a part of a frame", "", ""}, // the Pong is in the frame
		"raw $1":                                                         {""},
	} {
		tr, err := text.ParseString(model.Version + "\n" + ops + "\n")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, tr.RawFrames()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ops, diff)
		}
	}
}

// The ladder has raw bytes as they were written at the left, and what they are at the right.
func TestLadderOfRawBytes(t *testing.T) {
	tr, err := text.ParseString(model.Version + "\nraw 888237fa213d3417\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tr.Ladder(), "  1 raw 888237fa213d3417       |<------------------- close 1005 --|\n"; !strings.Contains(got, want) {
		t.Errorf("ladder:\n%s\nwant\n%s", got, want)
	}
}
