#!/usr/bin/env bash
# Makes sure that a Python with pip is there, which the drivers of the Python
# subjects need. Only root on Debian can install one here.
set -euo pipefail
if python3 -m pip --version >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q python3 python3-pip
  exit 0
fi
echo "python3 with pip is missing: install it (Debian: apt-get install python3 python3-pip)" >&2
exit 1
