#!/usr/bin/env bash
# Runs the example of fuzz/README.md as a user would: in a new module, against the published
# library, first as tests and then under go test -fuzz. It needs Go and a module proxy.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

awk '/^```go example/ { on = 1; next } /^```/ { on = 0 } on' "$root/fuzz/README.md" >"$tmp/ping_test.go"
lines=$(wc -l <"$tmp/ping_test.go")
[ "$lines" -gt 0 ] && [ "$lines" -le 60 ] || { echo "fuzz/README.md's example has $lines lines, want 1 to 60"; exit 1; }

cd "$tmp"
export GOWORK=off GOFLAGS=-mod=mod
printf 'module example.com/scratch\n\ngo 1.26\n' >go.mod
go mod edit -replace "github.com/pongcheck/pongcheck=$root" -require github.com/pongcheck/pongcheck@v0.0.0
go get github.com/fasthttp/websocket@v1.5.12 >/dev/null 2>&1 || go get github.com/fasthttp/websocket@v1.5.12
go mod tidy >/dev/null 2>&1
go test .
for target in FuzzTracker FuzzResponder; do
  go test -run '^$' -fuzz "^$target\$" -fuzztime "${1:-300x}" -fuzzminimizetime 10x . | tail -2
done
echo "the example has $lines lines and passes"
