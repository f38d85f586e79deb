#!/usr/bin/env bash
# Cuts a release in a clone, and asks for releases that must be refused. It builds the
# archives of two platforms, of which one is this machine's.
set -euo pipefail
cd "$(dirname "$0")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git clone -q . "$tmp/clone"
cd "$tmp/clone"
git config user.name tester
git config user.email tester@example.com
sed -i 's/^## Unreleased$/&\n\n- What a test adds./' scripts/CHANGELOG.md
git commit -qam "scripts: an entry"

fail() { echo "release_test: $*" >&2; exit 1; }

# refused WHY ARGUMENT... asks for a release, which must fail with a message that contains WHY.
refused() {
  local why=$1
  shift
  if scripts/release.sh "$@" >"$tmp/log" 2>&1; then
    fail "release $* was not refused: want $why"
  fi
  grep -qF -- "$why" "$tmp/log" || { cat "$tmp/log"; fail "release $*: want $why"; }
}

state() { git rev-parse HEAD; git tag; git status --porcelain; }

before=$(state)
refused "usage:"
refused "usage:" minor patch
refused "want patch, minor or a version" v1.2
refused "want patch, minor or a version" v0.01.0
refused "would have to end in /v2" v2.0.0
touch unfinished
refused "there are changes" minor
rm unfinished
[ "$(state)" = "$before" ] || fail "a refused release left something"

platform=$(go env GOHOSTOS)/$(go env GOHOSTARCH)
PLATFORMS="$platform windows/arm64" scripts/release.sh minor
version=$(git tag --points-at HEAD --list 'v*')
[ "$(git tag --points-at HEAD | paste -sd' ')" = "fuzz/subject/$version scripts/$version $version" ] || fail "not three tags of $version"
grep -q "^## $version, " scripts/CHANGELOG.md || fail "the changelog has no $version"
if grep -n '^replace' go.mod fuzz/subject/go.mod scripts/go.mod; then
  fail "go install refuses modules that replace others"
fi

# What is in dist/VERSION.
dist=$PWD/dist/$version name=pongcheck_${version}_${platform/\//_}
(cd "$dist" && sha256sum --quiet -c SHA256SUMS) || fail "checksums"
[ "$(cut -c 67- "$dist/SHA256SUMS" | paste -sd' ')" = "$(cd "$dist" && echo pongcheck_*)" ] || fail "SHA256SUMS does not list all files"
mkdir "$tmp/unpacked"
tar -C "$tmp/unpacked" -xf "$dist/$name.tar.gz"
[ "$(ls "$tmp/unpacked" | paste -sd' ')" = "LICENSE README.md pongcheck" ] || fail "an archive has $(ls "$tmp/unpacked")"
said=$("$tmp/unpacked/pongcheck" version) # whole: a pipe that ends early would fail it
grep -qF " $version " <<<"${said%%$'\n'*}" || fail "the command in the archive calls itself $said"
size=$(stat -c %s "$tmp/unpacked/pongcheck")
[ "$size" -le 30000000 ] || fail "the command has $size bytes, want at most 30 MB"
[ "$(python3 -m zipfile -l "$dist/pongcheck_${version}_windows_arm64.zip" | awk 'NR > 1 { print $1 }' | paste -sd' ')" = "LICENSE README.md pongcheck.exe" ] || fail "the zip has other files"

# The bill of materials lists the modules of the command, and the library of Go.
modules=$(go version -m "$tmp/unpacked/pongcheck" | awk '$1 == "dep" { print $2 "@" $3 }' | sort)
listed=$(python3 -c 'import json, sys; print(*sorted("@".join((c["name"], c["version"])) for c in json.load(sys.stdin)["components"] if c["name"] != "std"), sep="\n")' <"$dist/$name.cdx.json")
[ -n "$modules" ] && [ "$listed" = "$modules" ] || fail "the bill of materials lists $listed, want $modules"

# What the container copies is there.
for arch in amd64 arm64; do
  [ -d "$dist/linux_$arch" ] || continue
  sed -n 's/^COPY \(.*\) [^ ]*$/\1/p' "$dist/Containerfile" | tr ' ' '\n' | sed "s/\${TARGETARCH}/$arch/" >"$tmp/copied"
  [ -s "$tmp/copied" ] || fail "the container copies nothing"
  while read -r file; do [ -f "$dist/$file" ] || fail "the container copies $file, which is not there"; done <"$tmp/copied"
done
[ -z "$(git status --porcelain)" ] || fail "the release left files: $(git status --porcelain)"

before=$(state)
refused "$version is there already" "$version"
refused "is not after $version" v0.0.0-rc.1
refused "nothing under Unreleased" patch
[ "$(state)" = "$before" ] || fail "a refused release left something"
echo "release_test: fine"
