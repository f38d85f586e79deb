package report

import (
	"regexp"
	"strings"

	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// remakeReplay returns the command that repeats a finding, made anew from the words of a
// line of results, which may come from anybody: a person pastes what a report shows.
// It returns nothing for a line that is none of the two commands that this project writes.
func remakeReplay(line string) string {
	words, ok := shellWords(line)
	if !ok {
		return ""
	}
	set := ""
	if len(words) > 0 && seedSetting.MatchString(words[0]) {
		set, words = words[0]+" ", words[1:]
	}
	shape := ""
	for i, w := range words {
		if i < len(words)-1 && isReplayWord(w) {
			shape += w + " "
		} else {
			shape += "X "
		}
	}
	switch shape {
	case "pongcheck replay X -subject X ", "pongcheck replay X -subject X -property X ", "go test X -run X ":
	default:
		return ""
	}
	for i, w := range words {
		words[i] = process.QuoteShell(w)
	}
	return set + strings.Join(words, " ")
}

// seedSetting is the environment of a test that a seed repeats.
var seedSetting = regexp.MustCompile(`^PONGCHECK_SEED=[0-9]{1,20}$`)

func isReplayWord(w string) bool {
	switch w {
	case "pongcheck", "replay", "-subject", "-property", "go", "test", "-run":
		return true
	}
	return false
}

// shellWords splits a line into the words that a shell would read. It refuses a line with
// anything else than words: letters and digits, some signs, and parts in single quotes.
func shellWords(line string) (words []string, ok bool) {
	const signs = "/._-+@:,=%^"
	word, in := "", false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == ' ':
			if in {
				words, word, in = append(words, word), "", false
			}
		case c == '\'':
			n := strings.IndexByte(line[i+1:], '\'')
			if n < 0 {
				return nil, false
			}
			word, in = word+line[i+1:i+1+n], true
			i += n + 1
		case strings.HasPrefix(line[i:], `\'`):
			word, in = word+"'", true
			i++
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(signs, c) >= 0:
			word, in = word+string(c), true
		default:
			return nil, false
		}
	}
	if in {
		words = append(words, word)
	}
	return words, true
}
