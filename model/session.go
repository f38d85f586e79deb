package model

// A Session is a run of a trace whose ops come one by one, for test engines that call
// back for each. Ops do not join: the next one is not known. [Checker.Run] is faster.
type Session struct {
	checker *Checker
	subject Subject
	op      [1]Op // the op at hand
	ops     int   // how many ops were stepped
	over    bool  // nothing more is stepped
	refused bool  // the subject cannot have the config
}

// Begin opens s for a session. Nothing else may use the checker until its end.
// The ops of a session whose config the Info does not admit are unsupported.
func (c *Checker) Begin(s Subject, cfg Config) *Session {
	if !c.info.AdmitsConfig(&cfg) {
		c.RefuseTrace(&Trace{Config: cfg})
		return &Session{checker: c, over: true, refused: true}
	}
	return &Session{checker: c, subject: s, over: !c.beginTrace(s, "", &cfg)}
}

// Step steps one op and reports on the trace so far. It steps nothing once the trace has
// FAILED or ended.
func (s *Session) Step(op *Op) *Report {
	if s.refused {
		s.ops++
		s.checker.report.Unsupported++
	}
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

// End ends the trace and reports on it.
func (s *Session) End() *Report {
	if !s.over {
		s.checker.endTrace(s.subject)
		s.over = true
	}
	return s.checker.makeReport(s.ops)
}
