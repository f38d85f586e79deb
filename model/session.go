package model

// A Session is a trace whose ops come one by one, for doors that call back for
// each. [Checker.Run] is faster.
type Session struct {
	checker *Checker
	subject Subject
	op      [1]Op
	ops     int
	over    bool
}

// Begin opens s for a session, which has the checker to itself.
func (c *Checker) Begin(s Subject, cfg Config) *Session {
	return &Session{checker: c, subject: s, over: !c.beginTrace(s, "", &cfg)}
}

// Step steps one op and reports what the trace came to so far. Once it failed, or
// ended, nothing more is stepped.
func (s *Session) Step(op *Op) *Report {
	if c := s.checker; !s.over {
		s.op[0] = *op
		s.ops++
		if _, ok := c.stepOps(s.subject, s.op[:]); !ok {
			c.recordStep(&s.op[0])
			s.over = true
		} else if c.hasFailed() {
			c.endTrace(s.subject)
			s.over = true
		}
	}
	return s.checker.makeReport(s.ops)
}

// End ends the trace and reports what it came to.
func (s *Session) End() *Report {
	if !s.over {
		s.checker.endTrace(s.subject)
		s.over = true
	}
	return s.checker.makeReport(s.ops)
}
