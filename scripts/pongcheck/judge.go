package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

var judgeVerb = verb{
	name:  "judge",
	args:  "FILE...",
	short: "say who broke which rule, in a transcript or a debug log",
	long: `Judge says what is wrong in a recorded conversation; it runs nothing. A FILE is a
transcript in the text form (pongcheck help trace), or a log of an endpoint. A log shows both
ends: the one that wrote it and its peer. Judge sees from the content what a file is. "-" is
standard input.

Of a log judge says first what became of each connection, then who broke which rule in which
line. It reads logs of python-websockets 8 to 17, websocket-client and others, behind any prefix
and inside JSON, CSV, syslog and more: pongcheck help logs has the list, and how to record one.

If a transcript names a subject that can run here, it is judged by what can be seen of
that subject; otherwise as if everything had been seen.
`,
	examples: `  pongcheck judge server.log
  pongcheck judge -profile websockets session.transcript
  journalctl -u gateway -o cat | pongcheck judge -
`,
	new: newJudge,
}

// judge is the verb with its flags.
type judge struct {
	profile profileFlag
	json    bool
}

func newJudge(f *flag.FlagSet) action {
	j := new(judge)
	f.Var(&j.profile, "profile", "judge transcripts by the profile of this `name` (default: the file's, else its subject's); logs are judged by rfc")
	f.BoolVar(&j.json, "json", false, jsonUsage)
	return j.judgeFiles
}

// judgeFiles judges each file. A file that cannot be read does not keep it from the others.
func (j *judge) judgeFiles(s *session, files []string) error {
	for _, name := range files {
		if err := j.judgeFile(s, name); err != nil {
			s.reportTrouble(err)
		}
	}
	s.explainJudgedExit(j.json)
	return nil
}

func (j *judge) judgeFile(s *session, name string) error {
	f, err := s.openInput(name)
	if err != nil {
		return err
	}
	defer f.Close()
	name = displayName(name)
	in := bufio.NewReaderSize(f, 64<<10)
	begin, err := in.Peek(in.Size())
	switch {
	case len(begin) == 0 && err == io.EOF:
		return fmt.Errorf("judge %s: it is empty", name)
	case err != nil && err != io.EOF:
		return fmt.Errorf("read %s: %w", name, err)
	case isTranscript(begin):
		return j.judgeTranscript(s, name, in)
	}
	log, err := wslog.Read(in)
	var unread *wslog.Error
	if errors.As(err, &unread) && errors.Is(err, wslog.ErrNotLog) {
		return fmt.Errorf("judge %s: neither a transcript, which begins with %q, nor a log of a WebSocket endpoint\nline %d: %s", name, model.Version, unread.Line, unread.Do)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	j.judgeLog(s, name, log)
	return nil
}

// isTranscript reports whether a file that begins so is in the text form.
func isTranscript(begin []byte) bool {
	for line := range bytes.Lines(begin) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return bytes.HasPrefix(line, []byte("pongcheck-trace"))
		}
	}
	return false
}

func (j *judge) judgeTranscript(s *session, name string, in io.Reader) error {
	t, err := parseTranscript(name, in)
	if err != nil {
		return err
	}
	if !hasOutcomes(t) {
		return fmt.Errorf("judge %s: it is a trace without outcomes; run it first: pongcheck replay %s -subject S", name, process.QuoteShell(name))
	}
	own, info, from := s.findSubjectOf(t)
	p, err := j.profile.profileOr(t.Profile, own)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	report, err := model.Judge(p, info, t, from)
	var mismatch *model.MismatchError
	if errors.As(err, &mismatch) {
		return fmt.Errorf("%s:%d: %w", name, mismatch.Line, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.status.ran = true
	s.printJudged(&judged{file: name, subject: t.Subject, version: t.Version, profile: p, info: info, report: report}, j.json)
	return nil
}

// hasOutcomes reports whether a transcript shows anything that can be judged.
func hasOutcomes(t *model.Transcript) bool {
	for i := range t.Steps {
		if t.Steps[i].Related || !t.Steps[i].Outcome.Empty() {
			return true
		}
	}
	return t.Ended
}

// findSubjectOf returns what is known of the subject that a transcript names: its own
// profile, what can be seen of it, and from where.
func (s *session) findSubjectOf(t *model.Transcript) (profile string, info model.Info, from model.Vantage) {
	target, err := findTarget(t.Subject + "@" + t.Version)
	if err != nil {
		if target, err = findTarget(t.Subject); err != nil {
			return "", model.Everything(), model.InLog
		}
	}
	impl, closer, err := target.openImplementation(s.ctx, "never", io.Discard)
	if err != nil {
		var missing *subject.Missing
		if errors.As(err, &missing) {
			fmt.Fprintf(s.err, "pongcheck: judging as if everything had been seen: %v\n", err)
		}
		return target.Profile, model.Everything(), model.ByDriver
	}
	defer closer()
	if impl.Run != nil {
		return impl.Profile, impl.Info, model.ByDriver
	}
	return impl.Profile, impl.Info, model.InProcess
}
