package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// trial is one hunt by one engine for one mutant with one seed: a line of results.csv.
type trial struct {
	engine string
	task   string
	seed   uint64
	found  bool
	cost   // until the first failure was judged, or of the whole hunt

	// The shrunk failure. All are zero if nothing was shrunk.
	length int    // ops up to the failing one
	class  string // of the failure
	tries  int    // traces after the first failure
	shrink time.Duration
}

var columns = []string{"engine", "task", "seed", "found", "traces", "ops", "cpu_us", "length", "class", "tries", "shrink_us"}

// inMicroseconds formats d in microseconds, to a tenth.
func inMicroseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Microsecond), 'f', 1, 64)
}

func (t *trial) csvRecord() []string {
	r := []string{t.engine, t.task, strconv.FormatUint(t.seed, 10), strconv.FormatBool(t.found),
		strconv.Itoa(t.traces), strconv.Itoa(t.ops), inMicroseconds(t.cpu), "", "", "", ""}
	if t.length > 0 {
		r[7], r[8], r[9], r[10] = strconv.Itoa(t.length), t.class, strconv.Itoa(t.tries), inMicroseconds(t.shrink)
	}
	return r
}

func parseTrial(r []string) (trial, error) {
	if len(r) != len(columns) {
		return trial{}, fmt.Errorf("%d columns, want %d", len(r), len(columns))
	}
	var first error
	number := func(i int) float64 {
		if r[i] == "" {
			return 0
		}
		v, err := strconv.ParseFloat(r[i], 64)
		if err != nil && first == nil {
			first = fmt.Errorf("column %s: %w", columns[i], err)
		}
		return v
	}
	duration := func(i int) time.Duration { return time.Duration(number(i) * float64(time.Microsecond)) }
	return trial{
		engine: r[0], task: r[1], seed: uint64(number(2)), found: r[3] == "true",
		cost:   cost{traces: int(number(4)), ops: int(number(5)), cpu: duration(6)},
		length: int(number(7)), class: r[8], tries: int(number(9)), shrink: duration(10),
	}, first
}

// readTrials reads a results.csv. A file that does not exist has no trials.
func readTrials(name string) ([]trial, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseTrials(name, f)
}

func parseTrials(name string, from io.Reader) ([]trial, error) {
	var all []trial
	r := csv.NewReader(from)
	for n := 0; ; n++ {
		record, err := r.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if n == 0 {
			continue
		}
		t, err := parseTrial(record)
		if err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: %w; delete the line to try it again", name, line, err)
		}
		all = append(all, t)
	}
}

// log is a results.csv that grows by a line for each trial, so that a run may be stopped at
// any time.
type log struct {
	file *os.File
	csv  *csv.Writer
}

func openLog(name string) (*log, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	l := &log{f, csv.NewWriter(f)}
	info, err := f.Stat()
	if err == nil && info.Size() == 0 {
		err = l.writeRecord(columns)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

func (l *log) writeRecord(record []string) error {
	if err := l.csv.Write(record); err != nil {
		return err
	}
	l.csv.Flush()
	return l.csv.Error()
}

func (l *log) close() error { return l.file.Close() }
