#!/usr/bin/env bash
# Builds every fuzz target with libFuzzer into $OUT, each with a zip of its seeds, as OSS-Fuzz
# and ClusterFuzzLite ask for. Arguments name the targets to build, all by default. It needs Go,
# zip, and clang in $CC, which links $LIB_FUZZING_ENGINE (default: -fsanitize=fuzzer); if $CXX
# names a clang++, that links, with $CXXFLAGS.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${OUT:?the folder to build into}"
: "${CC:=clang}"
: "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}"
export CC CGO_ENABLED=1
mkdir -p "$OUT"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

(cd fuzz/subject && go build -o "$tmp/targets" ./targets)
[ $# -gt 0 ] || mapfile -t names < <("$tmp/targets")
for name in "${names[@]:-$@}"; do
  file=${name//[:\/]/-}
  (cd fuzz/subject && go build -tags libfuzzer -buildmode=c-archive -trimpath \
    -gcflags='github.com/pongcheck/pongcheck/...=-d=libfuzzer' -ldflags="-X main.name=$name" -o "$tmp/$file.a" ./libfuzzer)
  # No sanitizer instruments Go code, but OSS-Fuzz checks that its runtime is linked.
  ${CXX:-$CC} ${CXXFLAGS:-} $LIB_FUZZING_ENGINE "$tmp/$file.a" -o "$OUT/$file"
  "$tmp/targets" "$name" "$tmp/seeds-$file"
  (cd "$tmp/seeds-$file" && zip -qr - .) >"$OUT/${file}_seed_corpus.zip"
  printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/$file.options"
  echo "built $file"
done
