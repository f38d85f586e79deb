#!/usr/bin/env bash
# Builds fuzz targets with libFuzzer, and tries what libFuzzer can do with them: run them,
# find, keep and minimise a crash, go on after crashes, and merge corpora in both ways. As
# root on Debian it installs what is missing (clang, zip).
#
#   scripts/libfuzzer.sh                     tries a correct specimen and a mutant: a minute
#   scripts/libfuzzer.sh tracker:coder ...   builds these targets, and runs each for 30 s
set -euo pipefail
cd "$(dirname "$0")/.."

if ! scripts/packages.sh clang libclang-rt-dev zip; then
  echo "libFuzzer: skipped"
  [ -z "${PONGCHECK_REQUIRE:-}" ]
  exit
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export OUT=$tmp/out

# expect CODE COMMAND... runs a command, and fails unless its exit code is CODE.
expect() {
  local want=$1 code=0
  shift
  "$@" >"$tmp/log" 2>&1 || code=$?
  if [ "$code" != "$want" ]; then
    tail -40 "$tmp/log"
    echo "libFuzzer: $* ended with $code, want $want"
    exit 1
  fi
}

unpack() { mkdir -p "$2" && python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])' "$OUT/$1_seed_corpus.zip" "$2"; }

if [ $# -gt 0 ]; then
  .clusterfuzzlite/build.sh "$@"
  for name in "$@"; do
    file=${name//[:\/]/-}
    mkdir -p "$tmp/new-$file" && unpack "$file" "$tmp/seeds-$file"
    expect 0 "$OUT/$file" -max_total_time=30 -max_len=4096 -artifact_prefix="$tmp/" "$tmp/new-$file" "$tmp/seeds-$file"
    echo "$name: $(grep -E '^Done|stat::number_of' "$tmp/log" | tail -1)"
  done
  exit
fi

right=tracker:specimen/exact mutant=tracker:mutant/deep/eighth-entry
.clusterfuzzlite/build.sh "$right" "$mutant"
right=$OUT/${right//[:\/]/-} mutant=$OUT/${mutant//[:\/]/-}
unpack "$(basename "$right")" "$tmp/seeds"
mkdir "$tmp/corpus" "$tmp/merged" "$tmp/covered" "$tmp/found"

expect 0 "$right" -runs=2000 -max_len=2048 "$tmp/corpus" "$tmp/seeds"
echo "runs: $(grep ^Done "$tmp/log")"

expect 0 "$right" -merge=1 "$tmp/merged" "$tmp/corpus" "$tmp/seeds"
expect 0 "$right" -set_cover_merge=1 "$tmp/covered" "$tmp/corpus" "$tmp/seeds"
echo "merged: $(ls "$tmp/corpus" "$tmp/seeds" | wc -l) files to $(ls "$tmp/merged" | wc -l), by set cover to $(ls "$tmp/covered" | wc -l)"

OUT=$tmp/asan CXX=clang++ CXXFLAGS=-fsanitize=address .clusterfuzzlite/build.sh tracker:specimen/exact
calls=$(objdump -d "$tmp/asan/$(basename "$right")" | grep -cE 'call.*<__asan')
[ "$calls" -ge 6 ] || { echo "libFuzzer: $calls calls of AddressSanitizer: OSS-Fuzz would reject the build"; exit 1; }
expect 0 "$tmp/asan/$(basename "$right")" -runs=200 -max_len=2048 "$tmp/seeds"
echo "with AddressSanitizer: $calls calls of it"

expect 77 "$mutant" -runs=20000 -artifact_prefix="$tmp/found/" "$tmp/seeds"
crash=$(ls "$tmp"/found/crash-* | head -1)
grep -q '^FAILED ' "$tmp/log"
echo "found: $(grep -m1 '^FAILED ' "$tmp/log")"

expect 77 "$mutant" "$crash"
"$mutant" -minimize_crash=1 -runs=100 -exact_artifact_path="$tmp/small" "$crash" >"$tmp/log" 2>&1 || true
echo "minimised: $(stat -c %s "$crash") bytes to $(stat -c %s "$tmp/small" 2>/dev/null || stat -c %s "$crash")"

mkdir "$tmp/forked"
"$mutant" -fork=2 -ignore_crashes=1 -runs=4000 -max_total_time=20 -artifact_prefix="$tmp/forked/" "$tmp/corpus" >"$tmp/log" 2>&1 || true
[ "$(ls "$tmp/forked" | grep -c ^crash-)" -ge 1 ]
echo "went on after crashes: $(ls "$tmp/forked" | grep -c ^crash-) of them kept"
