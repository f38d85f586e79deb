#!/usr/bin/env bash
# Runs every block that is fenced as "sh run" in the README and in the pages beside the
# packages. Each block runs in a shell of its own at the top of the repository, once even
# if several pages have it. Stops at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
blocks=$(mktemp -d)
trap 'rm -rf "$blocks"' EXIT
git ls-files "*.md" | while read -r page; do
  awk -v prefix="$blocks/${page//\//-}" '
    /^```sh run$/ { inside = 1; n++; next }
    /^```$/       { inside = 0; next }
    inside        { print > sprintf("%s-%02d.sh", prefix, n) }
  ' "$page"
done
ls "$blocks"/*.sh >/dev/null || { echo "the pages have no commands" >&2; exit 1; }
declare -A done
for block in "$blocks"/*.sh; do
  sum=$(sha256sum <"$block")
  [ -z "${done[$sum]:-}" ] || continue
  done[$sum]=1
  printf '\n-- %s: %s\n' "$(basename "$block" .sh)" "$(head -n 1 "$block")"
  bash -euo pipefail "$block"
done
