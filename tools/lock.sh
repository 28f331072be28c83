#!/bin/sh
# Make the three lock files anew: run set, run set + tests, and the installer itself.
set -eu
compile="$1 pip compile -q --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url"
$compile --group build pyproject.toml -o requirements.lock
$compile --group build --group dev --all-extras pyproject.toml -o requirements-dev.lock
echo uv | $compile - -o requirements-uv.lock
