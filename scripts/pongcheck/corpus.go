package main

import (
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
)

// corpusVerbs are the verbs of pongcheck corpus, in the order of its help.
func corpusVerbs() []verb {
	return []verb{corpusLsVerb, corpusShowVerb, corpusAddVerb, corpusImportVerb, corpusExportVerb, corpusSyncVerb,
		corpusDiffVerb, corpusMinVerb, corpusExplainVerb, corpusStatsVerb, corpusVerifyVerb, corpusGCVerb}
}

const corpusName = "corpus"

var corpusVerb verb

func init() { // it lists others, which look for it
	corpusVerb = verb{
		name:  corpusName,
		args:  "[verb ...]",
		short: "keep the inputs of fuzz targets, and share them",
		long:  corpusLong(),
		new: func(*flag.FlagSet) action {
			return func(s *session, names []string) error {
				if len(names) > 0 {
					return usageError{corpusName, fmt.Sprintf("unknown verb %q", corpusName+" "+names[0])}
				}
				return s.printHelp(&corpusVerb)
			}
		},
	}
}

func corpusLong() string {
	var b strings.Builder
	b.WriteString(`A store has the inputs of the fuzz targets of any Go project: who found them, what
they are, and what became of them. Many people and machines may use one at
the same time; nothing is locked, and whoever is killed loses nothing that was
said to be in.

`)
	t := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, v := range corpusVerbs() {
		fmt.Fprintf(t, "  pongcheck %s\t%s\n", strings.TrimSpace(v.name+" "+v.args), v.short)
	}
	t.Flush()
	b.WriteString(`
A STORE is

  FOLDER, file:///FOLDER       a folder, which may lie in a git work tree
  s3://BUCKET/PREFIX           an object store that speaks S3. For services other than
                               Amazon's, in quotes: '...?endpoint=https://HOST',
                               with '&region=NAME' or '&use_path_style=true' for some
  gs://BUCKET/PREFIX           Google's object store
  oci://HOST/REPOSITORY        a registry of containers: ghcr.io, GitLab, Harbor ...

Credentials: for s3://, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws configure;
for gs://, an HMAC key (gcloud storage hmac create) in the same two variables; for
oci://, docker login.

An ENTRY is the SHA-256 of an input, or as many of its first digits as make clear
which one is meant; one that was dropped is named in full. A TARGET is an import
path, a dot, and the name of the fuzz function: example.com/m/pkg.FuzzX.

What comes from elsewhere (import) is in quarantine: it is not exported until
corpus min has run it once. What failed once (kinds crash and regression) is
pinned: it can not be dropped.

Exit codes: 0; 1 if corpus verify found something to be damaged, or corpus diff
found stores to differ; 2 for trouble. What -json prints is
described in scripts/pongcheck/JSON.md.
`)
	return b.String()
}
