#!/usr/bin/env bash
# Tries what is published, in a folder that has nothing to do with the repository: the
# command as `go install` builds it, and the library in a module that had nothing before.
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

# try runs a command that may end with one of the exit CODES, and shows it only if not.
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
# Drivers in Python come along in the command. 3: what they drive is not installed here.
[ -n "${PONGCHECK_REQUIRE:-}" ] && python=0 || python="0 3"
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

# What the library brings into go.mod, and what its packages and their tests are built from.
want="github.com/anishathalye/porcupine github.com/google/go-cmp github.com/leanovate/gopter $root"
required=$(go mod edit -json | awk -F'"' '/^\t\t\t"Path":/ { print $4 }' | sort | paste -sd' ')
built=$(go list -deps -test -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' . "$root/..." | sort -u | paste -sd' ')
for got in "$required" "$built"; do
  [ "$got" = "$want" ] || { echo "published: go get $root brings $got, want $want" >&2; exit 1; }
done
echo "go get $root@$query: $required"
