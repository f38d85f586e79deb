#!/usr/bin/env bash
# Draws .github/report.svg, the picture at the top of the README, from a seeded run. A
# test sees that it is up to date.
set -euo pipefail
cd "$(dirname "$0")/internal/report"
go test -run '^TestPictureOfTheREADME$' -count 1 . -update
