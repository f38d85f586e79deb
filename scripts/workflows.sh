#!/usr/bin/env bash
# Checks the workflows with actionlint, which scripts/go.mod pins. It also checks that every
# action is pinned to a commit, with its version beside it, and that every workflow says what
# its token may do.
set -euo pipefail
cd "$(dirname "$0")/.."

actionlint=$(cd scripts && go tool -n actionlint)
"$actionlint" -shellcheck= -pyflakes= # these are not on every machine
if grep -nE '^ *(- )?uses:' .github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9]'; then
  echo "workflows: pin these to a commit: uses: OWNER/NAME@SHA # vVERSION" >&2
  exit 1
fi
if grep -L '^permissions:' .github/workflows/*.yml | grep .; then
  echo "workflows: say what the token may do here: permissions:" >&2
  exit 1
fi
