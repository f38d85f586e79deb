#!/usr/bin/env bash
# Tries what is published, in a folder outside the repository: the command as `go install`
# builds it, and the library in a new module.
#
#   scripts/published.sh [VERSION]     default: latest
set -euo pipefail
query=${1:-latest}
root=github.com/pongcheck/pongcheck
export GOWORK=off

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
export GOBIN=${GOBIN:-$tmp/bin} PONGCHECK_RESULTS=$tmp/results
pongcheck=$GOBIN/pongcheck

# try CODES COMMAND... runs a command, and prints its output unless its exit code is one of CODES.
try() {
  local codes=$1 code=0
  shift
  "$@" >log 2>&1 || code=$?
  [[ " $codes " == *" $code "* ]] || { cat log; echo "published: $* ended with $code, want $codes" >&2; exit 1; }
}

try 0 go install "$root/scripts/pongcheck@$query"
version=$("$pongcheck" version | awk 'NR == 1 { print $2 }')
[ "$query" = latest ] || [ "$version" = "$query" ] || { echo "published: $query calls itself $version" >&2; exit 1; }
try 0 "$pongcheck" check -n 100 specimen/exact
try 0 "$pongcheck" check -embargo -n 100 coder
try 0 "$pongcheck" mutants -trials 1 tracking/c-string
# The command contains the drivers in Python. 2: the libraries that they drive are not installed.
[ -n "${PONGCHECK_REQUIRE:-}" ] && python=0 || python="0 2"
try "$python" "$pongcheck" check -install never -n 100 websockets/asyncio@14.2
echo "go install $root/scripts/pongcheck@$query: $version works"

mkdir scratch
cd scratch
go mod init example.com/scratch 2>/dev/null
try 0 go get "$root@$query"
cat >ping_test.go <<'GO'
package scratch

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

func TestPings(t *testing.T) {
	impl, _ := specimen.Find("specimen/exact")
	props.Check(t, model.RFC(), impl)
}
GO
try 0 go mod tidy
try 0 go test .

# What the library brings into go.mod, and what its packages are built from. gopter comes
# with its own door alone.
want="github.com/anishathalye/porcupine github.com/google/go-cmp $root"
required=$(go mod edit -json | awk -F'"' '/^\t\t\t"Path":/ { print $4 }' | sort | paste -sd' ')
[ "$required" = "$want" ] || { echo "published: go get $root brings $required, want $want" >&2; exit 1; }
built=$(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' "$root"/{corpus,corpus/format,frame,fuzz,fuzz/harness,model,props} | sort -u | paste -sd' ')
[ "$built" = "$want" ] || { echo "published: $root is built from $built, want $want" >&2; exit 1; }
echo "go get $root@$query: $required"
