package model

// Report is what a trace came to. It belongs to its Checker and is valid until
// the next run; Clone it to keep it.
type Report struct {
	Verdict        Verdict
	Findings       []Finding
	Reached        RuleSet     // rules that were put to the test
	Policies       Policies    // those that explain what was seen
	PolicyObserved bool        // something told policies apart
	Ops            int         // stepped
	Unsupported    int         // of them, what the subject could not do
	Transcript     *Transcript // if it was recorded, or judged
	Want, Seen     *Outcome    // of the first op that failed: the reference's, if the profile has one, and the subject's
}

// Clone is a copy that outlives the next run.
func (r *Report) Clone() *Report {
	c := *r
	c.Findings = append([]Finding(nil), r.Findings...)
	return &c
}

// Failure is the first FAILED finding, or nil.
func (r *Report) Failure() *Finding {
	for i := range r.Findings {
		if r.Findings[i].Verdict == FAILED {
			return &r.Findings[i]
		}
	}
	return nil
}

func (r *Report) nameSubject(impl *Implementation) {
	if r.Transcript != nil {
		r.Transcript.Subject, r.Transcript.Version = impl.Name, impl.Version
	}
}
