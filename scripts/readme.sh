#!/usr/bin/env bash
# Runs every block of the README that is fenced as "sh run", each in a shell of its
# own at the top of the repository, and stops at the first that fails. A folder of
# the README's examples is $EXAMPLES.
set -euo pipefail
cd "$(dirname "$0")/.."
blocks=$(mktemp -d)
trap 'rm -rf "$blocks"' EXIT
awk -v dir="$blocks" '
  /^```sh run$/ { inside = 1; n++; next }
  /^```$/       { inside = 0; next }
  inside        { print > sprintf("%s/%02d.sh", dir, n) }
' README.md
ls "$blocks"/*.sh >/dev/null || { echo "the README has no commands" >&2; exit 1; }
for block in "$blocks"/*.sh; do
  printf '\n-- README: %s\n' "$(head -n 1 "$block")"
  bash -euo pipefail "$block"
done
