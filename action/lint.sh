#!/usr/bin/env bash
# One lint with everything a pull request shows of it: annotations, job summary, comment, SARIF, outputs.
set -uo pipefail

options=(--fail-on "${LINT_FAIL_ON:-error}")
if [ -n "${LINT_CONFIG:-}" ]; then options+=(--config "$LINT_CONFIG"); fi
if [ -n "${LINT_ON:-}" ]; then options+=(--on "$LINT_ON"); fi
if [ -n "${LINT_BASELINE:-}" ]; then options+=(--baseline "$LINT_BASELINE"); fi
paths=()
while IFS= read -r path; do
  if [ -n "$path" ]; then paths+=("$path"); fi
done <<<"${LINT_PATHS:-}"

report() {
  # ${array[@]+...}: an empty array is an unset variable for the bash of macOS.
  budgetcalc lint "${options[@]}" "$@" -- ${paths[@]+"${paths[@]}"}
}

folder=$(mktemp -d "$RUNNER_TEMP/budgetcalc-lint.XXXXXX")
json=$folder/lint.json
comment=$folder/comment.md

report -f github
code=$?
report -q -f json -o "$json" || true
{
  # The marker is how a later run finds the comment to replace; GitHub takes 65,536 characters.
  echo '<!-- budgetcalc-lint -->'
  report -q -f markdown ${LINT_DIFF:+--diff "$LINT_DIFF"} || true
} >"$folder/whole.md"
most=60000
if [ "$(wc -c <"$folder/whole.md")" -gt $most ]; then
  { head -c $most "$folder/whole.md" | iconv -f utf-8 -t utf-8 -c | sed '$d'; printf '\n…cut: the whole report is in the log.\n'; } >"$comment"
else
  mv "$folder/whole.md" "$comment"
fi
cat "$comment" >>"$GITHUB_STEP_SUMMARY"
if [ -n "${LINT_SARIF_FILE:-}" ]; then
  report -q -f sarif -o "$LINT_SARIF_FILE" || true
fi

{
  echo "passed=$([ $code -eq 0 ] && echo true || echo false)"
  echo "exit-code=$code"
  echo "comment-file=$comment"
  echo "json-file=$json"
  echo "sarif-file=${LINT_SARIF_FILE:-}"
} >>"$GITHUB_OUTPUT"

# What could not be judged fails in any case.
if [ "${LINT_FAIL:-true}" = false ] && [ $code -le 1 ]; then exit 0; fi
exit $code
