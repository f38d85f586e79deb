package report

import "testing"

// What a report shows to be pasted is made anew, and only if it is a command of ours.
func TestReplayLinesAreMadeAnew(t *testing.T) {
	for line, want := range map[string]string{
		"pongcheck replay a/b.txt -subject coder@v1.8.14":                        "pongcheck replay a/b.txt -subject coder@v1.8.14",
		"pongcheck replay '/tmp/a b'\\''$(x)' -subject coder -property renaming": "pongcheck replay '/tmp/a b'\\''$(x)' -subject coder -property renaming",
		"PONGCHECK_SEED=7 go test example.com/m -run '^TestPings$/^a b$'":        "PONGCHECK_SEED=7 go test example.com/m -run '^TestPings$/^a b$'",
		"pongcheck replay $(touch PWN) -subject coder":                           "",
		"pongcheck replay `touch PWN` -subject coder":                            "",
		"pongcheck replay a -subject coder; touch PWN":                           "",
		"pongcheck replay a -subject coder\ntouch PWN":                           "",
		"pongcheck replay 'a -subject coder":                                     "",
		"pongcheck replay a -subject \"$(touch PWN)\"":                           "",
		"pongcheck corpus gc a -subject coder":                                   "",
		"rm -rf a":                                                               "",
		"PATH=. go test a -run b":                                                "",
		"go test a -run b -exec rm":                                              "",
		"go test a > b":                                                          "",
		"pongcheck replay a -subject b -property c\x1b[31m":                      "",
		"pongcheck  replay   a  -subject b":                                      "pongcheck replay a -subject b",
		"pongcheck replay -subject -subject -subject":                            "",
		"": "",
	} {
		if got := remakeReplay(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// FuzzReplayLine holds that a remade line has no sign by which a shell would do more than
// run one command, and that remaking it again changes nothing.
func FuzzReplayLine(f *testing.F) {
	f.Add("pongcheck replay 'a b' -subject x")
	f.Add("pongcheck replay '' -subject x")
	f.Fuzz(func(t *testing.T, line string) {
		got := remakeReplay(line)
		if again := remakeReplay(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
		quoted := false
		for i, c := range got {
			switch {
			case c == '\'' && (quoted || i == 0 || got[i-1] != '\\'):
				quoted = !quoted
			case !quoted && (c < ' ' || c == '$' || c == '`' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '"' || c == '(' || c == '*' || c == '~' || c == '#' || c == '!'):
				t.Errorf("%q is outside of quotes in %s", c, got)
			}
		}
		if quoted {
			t.Errorf("a quote is open in %s", got)
		}
	})
}
