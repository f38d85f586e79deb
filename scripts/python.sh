#!/usr/bin/env bash
# Installs Python with pip, which the drivers of the Python subjects need, unless it is there.
set -euo pipefail
python3 -m pip --version >/dev/null 2>&1 || exec "$(dirname "$0")/packages.sh" python3 python3-pip
