#!/usr/bin/env bash
# Cuts a release of the three modules, which share one version.
#
#   scripts/release.sh patch|minor|vX.Y.Z       makes the commit, the tags and dist/VERSION
#   scripts/release.sh -n patch|minor|vX.Y.Z    rehearses: nothing changes here
#
# The commit dates the entries of the changelog. It makes each module require the modules
# below it at the new version, without replace, which `go install` refuses. In the workspace
# go.work replaces these versions by the folders, so that a checkout builds before they are
# published and after. The script works in a clone, publishes there, and tries the result as
# a stranger would; only what passed comes back. dist/VERSION gets the archives, and the
# folder from which a container is built. Nothing is pushed: the last lines say how. The
# caller checks that CI is green for the commit.
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
[ ! -e "$here/dist/$version" ] || die "dist/$version is left of another release: remove it first"

# The modules, the lowest first. go fetches this project from the clone instead of GitHub;
# it reads modules from what the clone published, then from the downloads of this machine,
# then from the module proxy.
modules=(. fuzz/subject scripts)
path() { [ "$1" = . ] && echo "$root" || echo "$root/$1"; }
tag() { [ "$1" = . ] && echo "$version" || echo "$1/$version"; }
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=url.file://$tmp/clone.insteadOf GIT_CONFIG_VALUE_0=https://$root
downloads=$(go env GOMODCACHE)/cache/download world=$(go env GOPROXY)
export GOWORK=off "GONOSUMDB=$root,$root/*" GOMODCACHE=$tmp/modules
export GOFLAGS="${GOFLAGS:-} -trimpath" # the build cache serves the next run, in another folder, too

# publish TO MODULE adds the version of a module, as go fetches it from git, to the proxy in TO.
publish() { (cd "$tmp" && GOPROXY=direct GOMODCACHE=$1 go mod download "$(path "$2")@$version"); }

# workspace COMMAND... runs a command in the workspace, which takes this project's modules
# from its folders, and the module cache of this machine. from PROXY makes go read what was
# published there.
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

# go.work.sum is part of the lowest module, and depends on what the highest requires. So the
# requirements are settled first, with the folders in place of the modules below, and then
# the sums of what was published, the lowest module first.
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
for module in "${modules[@]}"; do # all tags are on the last of these commits
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

step the workspace, where go.work replaces what is not published
workspace go build -o "$tmp/workspace" ./scripts/pongcheck
git diff --exit-code || die "the workspace changed files of the release"
diff <("$tmp/workspace" version | tail -n +2) <("$tmp/bin/pongcheck" version | tail -n +2) ||
  die "the workspace builds other versions of the libraries than go install: pin them in scripts/go.mod"

step archives
scripts/archives.sh "$version" "$tmp/dist"

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
mkdir -p dist
mv "$tmp/dist" "dist/$version"
step "$version is here; publish it with"
echo "git push --atomic origin HEAD ${tags[*]}"
echo "gh release create $version dist/$version/pongcheck_* dist/$version/SHA256SUMS   # once CI is green"
