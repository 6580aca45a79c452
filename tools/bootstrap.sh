#!/bin/sh
# Make the virtual environment that every target of the Makefile uses: bootstrap.sh FOLDER
# A bare Debian lacks python3-venv; where we may, we install it, otherwise we say how in one line.
set -eu
venv=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "tutela: Python 3.11 or newer is needed; found $("$python" --version 2>&1)" >&2
  exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
  else
    echo "tutela: Python's venv module is missing; install it with: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --no-deps --editable .
# What is compiled is compiled now, once, and not by whoever asks first.
"$venv/bin/python" -c "from tutela.core.matching import hashers, index; hashers.warm_up(); index.warm_up()"
