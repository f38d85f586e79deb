#!/usr/bin/env bash
# Cuts a release of the three modules, which have one version between them.
#
#   scripts/release.sh patch|minor|vX.Y.Z       the commit and the tags, here
#   scripts/release.sh -n patch|minor|vX.Y.Z    a rehearsal: nothing changes here
#
# The commit dates the changelog's entries, and lets each module require the ones below
# it at the new version: without replace, which `go install` refuses. In the workspace
# go.work stands for these versions, so that a checkout builds before they are published
# and after. All is made in a clone, published there, and tried as a stranger would use
# it; only what passed comes back. Nothing is pushed: the last line says how. That CI is
# green for what is released is for the caller to see.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
root=github.com/pongcheck/pongcheck

die() { echo "release: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }
versions() { git -c versionsort.suffix=- tag --list 'v[0-9]*' --sort=version:refname; }
quietly() { "$@" >"$tmp/log" 2>&1 || { cat "$tmp/log"; die "failed: $*"; }; }

rehearsal=
[ "${1:-}" != -n ] || { rehearsal=rehearsal; shift; }
[ $# = 1 ] || die "usage: scripts/release.sh [-n] patch|minor|vX.Y.Z"
[ -z "$(git status --porcelain)" ] || die "there are changes: commit or remove them first"

last=$(versions | sed '/-/d' | tail -n 1) # patch and minor count from what is no pre-release
IFS=. read -r x y z <<<"${last:-v0.0.0}"
case $1 in
minor) version=$x.$((y + 1)).0 ;;
patch) version=$x.$y.$((z + 1)) ;;
*) version=$1 ;;
esac
n='(0|[1-9][0-9]*)'
[[ $version =~ ^v$n\.$n\.$n(-[0-9a-z.-]+)?$ ]] || die "$version: want patch, minor or a version such as v0.1.0 or v0.1.0-rc.1"
[[ $version =~ ^v[01]\. ]] || die "$version: from v2 on the paths of the modules would have to end in /v2"

tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp" && rm -rf "$tmp"' EXIT # a module cache is read only
git clone -q --no-hardlinks . "$tmp/clone"
for key in name email; do
  value=$(git config "user.$key" || echo "$rehearsal")
  git -C "$tmp/clone" config "user.$key" "${value:?git config user.$key is not set}"
done
here=$PWD
cd "$tmp/clone"
git tag "$version" || die "$version is there already"
[ "$(versions | tail -n 1)" = "$version" ] || die "$version is not after $(versions | tail -n 1)"

# The modules, from the ground up, and what go reads from: the clone in the place of
# GitHub, then what the clone published, the downloads of this machine, and the world.
modules=(. fuzz/subject scripts)
path() { [ "$1" = . ] && echo "$root" || echo "$root/$1"; }
tag() { [ "$1" = . ] && echo "$version" || echo "$1/$version"; }
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=url.file://$tmp/clone.insteadOf GIT_CONFIG_VALUE_0=https://$root
downloads=$(go env GOMODCACHE)/cache/download world=$(go env GOPROXY)
export GOWORK=off "GONOSUMDB=$root,$root/*" GOMODCACHE=$tmp/modules
export GOFLAGS="${GOFLAGS:-} -trimpath" # what is compiled serves the next run, in another folder, too

# publish TO MODULE adds the module's tag, as go fetches it from git, to the proxy in TO.
publish() { (cd "$tmp" && GOPROXY=direct GOMODCACHE=$1 go mod download "$(path "$2")@$version"); }

# from PROXY reads what is published from there; workspace reads none of it, since go.work
# has it, and with the module cache of this machine.
workspace() { GOWORK='' GOPROXY=$world GOMODCACHE=${downloads%/cache/download} "$@"; }
from() { export GOPROXY=file://$1/cache/download,file://$downloads,$world; }

step "$version, after ${last:-nothing}"
changelog=scripts/CHANGELOG.md
entries=$(awk '/^## /{inside = $2 == "Unreleased"; next} inside' $changelog | sed '/./,$!d')
if [ -z "$entries" ]; then
  [ -n "$rehearsal" ] || die "$changelog has nothing under Unreleased: what is new for users?"
  echo "note: $changelog has nothing under Unreleased; a release would be refused"
fi
sed -i "s/^## Unreleased\$/&\n\n## $version, $(date -u +%F)/" $changelog
sed -i '/^replace github.com\/pongcheck\//d' go.work
for module in . fuzz/subject; do
  go work edit -replace "$(path "$module")@$version=./${module#.}" go.work
done

# The sums of the workspace are part of the lowest module, and follow from what the highest
# requires. So the requirements come first, by the folders, and then the sums of what was
# published, from the ground up.
below=() folders=() dropped=()
for module in "${modules[@]}"; do
  [ "$module" = . ] || (
    from "$tmp/draft"
    cd "$module"
    go mod edit "${below[@]}" "${folders[@]}"
    quietly go mod tidy
    go mod edit "${dropped[@]}"
  )
  below+=(-require "$(path "$module")@$version")
  folders+=(-replace "$(path "$module")=$tmp/clone/$module")
  dropped+=(-dropreplace "$(path "$module")")
done
workspace go list -m all >/dev/null
workspace go list -deps -test work >/dev/null
git commit -qam "release: $version"
for module in "${modules[@]}"; do
  (from "$tmp/draft" && cd "$module" && quietly go mod tidy)
  git commit -q --amend --no-edit -a
  git tag -f "$(tag "$module")" >/dev/null
  publish "$tmp/draft" "$module"
done
for module in "${modules[@]}"; do # on the last of these commits
  printf 'pongcheck %s\n\n%s\n' "$version" "$entries" | git tag -f -a --cleanup=verbatim -F - "$(tag "$module")" >/dev/null
  publish "$tmp/published" "$module"
done
git show --stat --format='%h %s' HEAD

step each module is tidy by itself
from "$tmp/published"
for module in "${modules[@]}"; do
  (cd "$module" && go mod tidy -diff) || die "go mod tidy would change $module"
done

step as a stranger would use it
[ "$(cd "$tmp" && go list -m "$root/scripts@latest")" = "$root/scripts $version" ] || die "@latest is not $version"
GOBIN=$tmp/bin scripts/published.sh "$version"

step the workspace, where go.work stands for what is not published
workspace go build -o "$tmp/workspace" ./scripts/pongcheck
git diff --exit-code || die "the workspace changed files of the release"
diff <("$tmp/workspace" version | tail -n +2) <("$tmp/bin/pongcheck" version | tail -n +2) ||
  die "the workspace builds other versions of the libraries than go install: pin them in scripts/go.mod"

if [ -n "$rehearsal" ]; then
  step "$version would be fine"
  exit
fi
cd "$here"
unset GIT_CONFIG_COUNT
git fetch -q --no-tags "$tmp/clone" HEAD
git merge -q --ff-only FETCH_HEAD
tags=()
for module in "${modules[@]}"; do
  tags+=("$(tag "$module")")
  git fetch -q --no-tags "$tmp/clone" "refs/tags/${tags[-1]}:refs/tags/${tags[-1]}"
done
step "$version is here; publish it with"
echo "git push --atomic origin HEAD ${tags[*]}"
