#!/bin/sh
# Make the virtual environment VENV with PYTHON and put the hash-locked installer into it.
set -eu
python="$1" venv="$2"
apt="apt-get install -y python3-venv"
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Stormcone needs Python 3.11 or newer; '$python' is not. Try: make PYTHON=python3.11 ..." >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ]; then apt-get update -q && $apt
    elif sudo -n true 2>/dev/null; then sudo apt-get update -q && sudo $apt
    else echo "Python's venv module is missing. Type: sudo $apt" >&2; exit 1
    fi
fi
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
touch "$venv/bin/uv"
