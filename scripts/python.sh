#!/usr/bin/env bash
# Makes sure that a Python with pip is there, which the drivers of the Python
# subjects need.
set -euo pipefail
python3 -m pip --version >/dev/null 2>&1 || exec "$(dirname "$0")/packages.sh" python3 python3-pip
