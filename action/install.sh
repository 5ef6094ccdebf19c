#!/usr/bin/env bash
# Install budgetcalc from the action's own checkout, so that its version is the one the workflow names.
set -euo pipefail

python=
for candidate in python3 python python3.14 python3.13 python3.12; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "::error title=budgetcalc::Python 3.12 or later is needed: put actions/setup-python before this action"
  exit 2
fi

venv=$RUNNER_TEMP/budgetcalc
"$python" -m venv "$venv"
if [ -d "$venv/Scripts" ]; then bin=$venv/Scripts; else bin=$venv/bin; fi
"$bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
echo "$bin" >>"$GITHUB_PATH"
