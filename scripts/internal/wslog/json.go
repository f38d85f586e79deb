package wslog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fields are the values of a JSON object by their names; those of objects inside it have
// names with dots. Values are strings, as they would be printed.
type fields map[string]string

// Limits of a JSON object.
const (
	maxFields = 200
	maxDepth  = 6
)

// unwrapJSON returns the lines of the message in a JSON object that ends the line.
func unwrapJSON(s string, depth int) []string {
	t := strings.TrimRight(s, ", \t")
	if !strings.HasSuffix(t, "}") {
		return nil
	}
	at := strings.Index(t, `{"`)
	if at < 0 {
		at = strings.Index(t, `{ "`)
	}
	if at < 0 {
		return nil
	}
	var object map[string]any
	if json.Unmarshal([]byte(t[at:]), &object) != nil {
		return nil
	}
	f := fields{}
	f.addObject("", object, 0)
	lines := f.linesAt(depth + 1)
	if lines != nil {
		lines[0] = t[:at] + lines[0]
	}
	return lines
}

// addObject adds the values of an object.
func (f fields) addObject(path string, object map[string]any, depth int) {
	for name, v := range object {
		if len(f) >= maxFields {
			return
		}
		f.addValue(path+name, v, depth)
	}
}

func (f fields) addValue(name string, v any, depth int) {
	switch v := v.(type) {
	case string:
		f[name] = v
	case float64, bool:
		f[name] = printNumber(v)
	case map[string]any:
		if depth < maxDepth {
			f.addObject(name+".", v, depth+1)
		}
	}
}

func printNumber(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// The names of fields, best first. A name counts at any depth, in capitals or not.
var (
	messageNames = []string{"message", "msg", "log", "event", "text", "textpayload", "@message", "full_message", "short_message", "renderedmessage", "line", "body",
		"_raw", "content"}
	timeNames   = []string{"time", "timestamp", "@timestamp", "ts", "asctime", "datetime", "date", "t", "@t", "eventtime", "timegenerated", "__realtime_timestamp", "created"}
	loggerNames = []string{"logger", "name", "logger_name", "loggername", "logger.name", "log.logger", "sourcecontext", "category"}
)

// find returns the name and the value of the first field that has one of the names: the
// shortest, if several have.
func (f fields) find(names []string) (name, value string) {
	for _, want := range names {
		best := ""
		for have := range f {
			low := strings.ToLower(have)
			if (low == want || strings.HasSuffix(low, "."+want)) && (best == "" || len(have) < len(best) || len(have) == len(best) && have < best) {
				best = have
			}
		}
		if best != "" {
			return best, f[best]
		}
	}
	return "", ""
}

// lines returns what a program logged: the time, the logger and the other fields before the
// message, and an exception after it. Without a message it returns nil.
func (f fields) lines() []string { return f.linesAt(0) }

// linesAt is lines inside depth wrappers.
func (f fields) linesAt(depth int) []string {
	message, text := f.find(messageNames)
	if message == "" {
		return nil
	}
	at, when := f.find(timeNames)
	by, logger := f.find(loggerNames)
	prefix := []string{}
	if when != "" {
		prefix = append(prefix, printTime(when))
	}
	var trace string
	for _, name := range f.names() {
		short, v := name[strings.LastIndexByte(name, '.')+1:], f[name]
		switch {
		case name == message || name == at || name == by:
		case strings.Contains(v, traceHead) && !strings.Contains(text, traceHead):
			trace = v
		case slices.Contains(messageNames, strings.ToLower(short)) || strings.Count(v, " ") > 2:
		case len(v) > 0 && len(v) <= 80 && !noColumn[strings.ToLower(short)] && !looksLikeTime(v):
			prefix = append(prefix, short+"="+strings.NewReplacer(" ", "_", "=", "_", "\n", "_").Replace(v))
		}
	}
	if logger != "" && len(logger) <= 80 {
		prefix = append(prefix, logger)
	}
	lines := unwrapText(text, depth)
	lines[0] = strings.TrimLeft(strings.Join(prefix, " ")+" "+lines[0], " ")
	if trace != "" {
		lines = append(lines, strings.Split(strings.TrimRight(trace, "\n"), "\n")...)
	}
	return lines
}

// unwrapText returns the lines of a message, which may be wrapped itself.
func unwrapText(text string, depth int) []string {
	lines := strings.Split(strings.TrimRight(cleanText(text), "\n"), "\n")
	if len(lines) > 1 {
		return lines
	}
	return unwrapNested(lines[0], depth)
}

func (f fields) names() []string {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// printTime returns a time as it is printed elsewhere: that of day, of one that is counted.
func printTime(s string) string {
	whole, _, _ := strings.Cut(s, ".")
	seconds, ok := epochSeconds(whole)
	if !ok {
		return s
	}
	var fraction float64
	if whole != s {
		_, _ = fmt.Sscanf(s[len(whole):], "%g", &fraction)
	}
	return time.UnixMicro(int64((seconds + fraction) * 1e6)).UTC().Format("2006-01-02 15:04:05.000000")
}
