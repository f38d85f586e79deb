package model

// Report says what was found in a trace. It belongs to its Checker and is valid until
// the next run; Clone it to keep it.
type Report struct {
	Verdict        Verdict     // the worst of the findings, or OK
	Findings       []Finding   // the first of each class and verdict, with their number
	Reached        RuleSet     // rules that were put to the test
	Policies       Policies    // policies that explain everything seen
	PolicyObserved bool        // something could have told policies apart
	Ops            int         // how many ops were stepped
	Unsupported    int         // how many of them the subject could not do
	Undone         []Op        // the first of these of each kind that its Info promises, a ping * apart
	Setup          *SetupError // why the subject could not be set up: then nothing was judged
	Transcript     *Transcript // if it was recorded, or judged
	Want           *Outcome    // what the reference shows of the first op that FAILED, if the profile fixes a policy
	Seen           *Outcome    // what the subject showed of that op
}

// Clone returns a copy that outlives the next run.
func (r *Report) Clone() *Report {
	c := *r
	c.Findings = append([]Finding(nil), r.Findings...)
	return &c
}

// Failure returns the first FAILED finding, or nil.
func (r *Report) Failure() *Finding {
	for i := range r.Findings {
		if r.Findings[i].Verdict == FAILED {
			return &r.Findings[i]
		}
	}
	return nil
}

// nameSubject puts the name of an implementation into the transcript.
func (r *Report) nameSubject(impl *Implementation) {
	if r.Transcript != nil {
		r.Transcript.Subject, r.Transcript.Version = impl.Name, impl.Version
	}
}
