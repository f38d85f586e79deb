package main

import (
	"flag"
	"strings"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// corpusVerbs returns the verbs of pongcheck corpus in the order of its help.
func corpusVerbs() []verb {
	return []verb{corpusLsVerb, corpusShowVerb, corpusAddVerb, corpusImportVerb, corpusExportVerb, corpusSyncVerb,
		corpusDiffVerb, corpusMinVerb, corpusExplainVerb, corpusStatsVerb, corpusVerifyVerb, corpusGCVerb}
}

const corpusName = "corpus"

var corpusVerb verb

func init() { // corpus lists its verbs, and they look for it
	corpusVerb = verb{
		name:  corpusName,
		args:  "[verb ...]",
		short: "keep the inputs of fuzz targets, and share them",
		long:  corpusLong(),
		examples: `  pongcheck corpus import corpus -cache .       what go test -fuzz found here
  pongcheck corpus sync corpus oci://ghcr.io/me/project-corpus
  pongcheck corpus ls s3://fuzzing/project
  pongcheck corpus min corpus -target example.com/m/pkg.FuzzX
  pongcheck corpus export corpus -cache .       go test -fuzz begins with it
`,
		new: func(*flag.FlagSet) action {
			return func(s *session, _ []string) error { return s.printHelp(corpusVerb.renderPage()) }
		},
	}
}

func corpusLong() string {
	var b strings.Builder
	b.WriteString(`A store keeps the inputs of the fuzz targets of any Go project, with who found them
and why they are kept. Many people and machines may use one store at the same time
without locks. A process that is killed loses nothing that it reported as added.

`)
	var rows [][2]string
	for _, v := range corpusVerbs() {
		rows = append(rows, [2]string{strings.TrimPrefix(v.usageLine(), "pongcheck "), v.short})
	}
	printTerms(&b, rows)
	b.WriteString(`
A STORE is

  FOLDER, file:///FOLDER   a folder, which may lie in a git work tree
  s3://BUCKET/PREFIX       a bucket that speaks S3. For services other than
                           Amazon's, in quotes:
                           's3://BUCKET/PREFIX?endpoint=https://HOST&region=R';
                           some need &use_path_style=true as well
  gs://BUCKET/PREFIX       a bucket of Google's
  oci://HOST/REPOSITORY    a registry of containers: ghcr.io, GitLab, Harbor

Credentials: for s3://, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws configure;
for gs://, an HMAC key (gcloud storage hmac create) in the same two variables; for
oci://, docker login.

An ENTRY is the SHA-256 of an input, or its first digits if only one begins with them;
name one that was dropped in full. A TARGET is an import path, a dot, and the name of
the fuzz function: example.com/m/pkg.FuzzX.

What was imported is in quarantine: it is not exported until corpus min has run it.
What failed once (kinds crash and regression) is pinned: it cannot be dropped.

Exit codes: 0; 1 if corpus verify found damage, or corpus diff a difference; 2 for
trouble. JSON.md describes what -json prints.
`)
	return b.String()
}

// storeAction does the work of a corpus verb. st is the store that the first name
// stands for, names are the others. A verb with storesOpenedByVerb gets no st, and all
// names.
type storeAction func(o *stores, st *store.Store, names []string) error

// storeUse says how a corpus verb uses the store that its first argument names.
type storeUse int

const (
	storeRead          storeUse = iota // it must exist; damage is reported afterwards
	storeRepaired                      // it must exist; damage is the verb's own subject
	storeMade                          // one that does not exist is empty
	storesOpenedByVerb                 // the verb opens its stores itself
)

// onStore returns verb.new of a corpus verb. It opens the store and closes it again,
// shows progress, and reports damage.
func onStore(use storeUse, new func(*flag.FlagSet) storeAction) func(*flag.FlagSet) action {
	return func(f *flag.FlagSet) action {
		act := new(f)
		return func(s *session, names []string) error {
			return withStores(s, strings.TrimPrefix(f.Name(), "pongcheck "), func(o *stores) (err error) {
				if use == storesOpenedByVerb {
					return act(o, nil, names)
				}
				open := o.openExisting
				if use == storeMade {
					open = o.openStore
				}
				st, err := open(names[0])
				if err != nil {
					return err
				}
				if err := act(o, st, names[1:]); err != nil || use != storeRead {
					return err
				}
				return o.reportDamage(st, names[0])
			})
		}
	}
}
