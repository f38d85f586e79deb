#!/usr/bin/env bash
# Builds what people without Go download: an archive of the command for each platform, a
# bill of materials for each, and the checksums of all. Nothing is uploaded.
#
#   scripts/archives.sh VERSION FOLDER
#
# The command is built as `go install` builds it, from the published module, so that
# GOPROXY decides where the module comes from. The same version gives the same bytes. The
# folder is also the context in which scripts/Containerfile is built. PLATFORMS restricts
# the platforms, as in PLATFORMS="linux/amd64 windows/arm64".
set -euo pipefail
export LC_ALL=C TZ=UTC GOWORK=off CGO_ENABLED=0
here=$(cd "$(dirname "$0")" && pwd)
root=github.com/pongcheck/pongcheck
version=$1 out=$2
platforms=${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out"
out=$(cd "$out" && pwd)
[ -z "$(ls "$out")" ] || { echo "archives: $out is not empty" >&2; exit 1; }

modules=$(go env GOMODCACHE)
for platform in $platforms; do
  os=${platform%/*} arch=${platform#*/}
  suffix=
  [ "$os" != windows ] || suffix=.exe
  folder=$out/${os}_$arch name=pongcheck_${version}_${os}_$arch
  mkdir -p "$folder"
  # go install compiles for another platform only without GOBIN.
  (cd "$tmp" && env -u GOBIN GOPATH="$tmp/go" GOMODCACHE="$modules" GOOS="$os" GOARCH="$arch" \
    go install -trimpath -ldflags='-s -w' "$root/scripts/pongcheck@$version")
  find "$tmp/go/bin" -type f -name "pongcheck$suffix" -exec mv {} "$folder/" \;
  cp "$here/../LICENSE" "$here/../README.md" "$folder/"
  touch -d 2000-01-01 "$folder"/*
  if [ "$os" = windows ]; then
    (cd "$folder" && python3 -m zipfile -c "$out/$name.zip" LICENSE README.md pongcheck.exe)
  else
    tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mode=go-w -cf - LICENSE README.md pongcheck | gzip -n9 >"$out/$name.tar.gz"
  fi
  "$here/sbom.sh" "$folder/pongcheck$suffix" >"$out/$name.cdx.json"
  echo "built $name"
done
cp "$here/Containerfile" "$out/"
cd "$out"
sha256sum pongcheck_* >SHA256SUMS
