#!/usr/bin/env bash
# Cuts a release in a clone that is thrown away, and asks for others that must be refused.
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

# refused WHY ARGUMENT... wants no release, and words of the reason.
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

scripts/release.sh minor
version=$(git tag --points-at HEAD --list 'v*')
[ "$(git tag --points-at HEAD | paste -sd' ')" = "fuzz/subject/$version scripts/$version $version" ] || fail "not three tags of $version"
grep -q "^## $version, " scripts/CHANGELOG.md || fail "the changelog has no $version"
if grep -n '^replace' go.mod fuzz/subject/go.mod scripts/go.mod; then
  fail "go install refuses modules that replace others"
fi

before=$(state)
refused "$version is there already" "$version"
refused "is not after $version" v0.0.0-rc.1
refused "nothing under Unreleased" patch
[ "$(state)" = "$before" ] || fail "a refused release left something"
echo "release_test: fine"
