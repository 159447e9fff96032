#!/bin/sh
# `npm test`: sets up what the tests need, then types, lint, tests. The last line says `N passed, N failed`.
# Extra arguments go to vitest (e.g. npm test -- tests/oracle).
set -u
cd "$(dirname "$0")/.." || exit 125

ORACLE_CI=${ORACLE_CI:-1}
export ORACLE_CI
./oracle doctor --install || exit 125
for dir in "$PWD"/node_modules/node-linux-*/bin; do
  [ -d "$dir" ] && PATH=$dir:$PATH
done
PATH=$PWD/node_modules/.bin:$PATH
export PATH

passed=0
failed=0
check() {
  name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}
check "types (tsc)" tsc --noEmit
check "lint (biome)" biome check .

# A sample of GCC's torture tests against the failures that are known (tests/expected): new work must not break old. Where the
# sources of the tests cannot be had, that is said, and nothing is counted.
if [ "$#" -eq 0 ]; then
  ./oracle test torture-execute torture-ieee --arch all --level O0,O2 --fast=0.03 --agent ci
  case $? in
    0) passed=$((passed + 1)) ;;
    125) echo "NOT RUN: the sample of GCC's torture tests" ;;
    *)
      failed=$((failed + 1))
      echo "FAILED: the sample of GCC's torture tests"
      ;;
  esac
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
NO_COLOR=1 vitest run "$@" 2>&1 | tee "$log"
count() { sed -n "s/^ *Tests .*[^0-9]\([0-9][0-9]*\) $1.*/\1/p; s/^ *Tests  *\([0-9][0-9]*\) $1.*/\1/p" "$log" | head -n 1; }
tests_passed=$(count passed)
tests_failed=$(count failed)
# A file that could not even be loaded counts as a failure, and so does a vitest that printed no totals.
files_failed=$(sed -n 's/^ *Test Files .*[^0-9]\([0-9][0-9]*\) failed.*/\1/p; s/^ *Test Files  *\([0-9][0-9]*\) failed.*/\1/p' "$log" | head -n 1)
if [ -z "$tests_passed" ] && [ -z "$tests_failed" ]; then failed=$((failed + 1)); fi
if [ -n "$files_failed" ] && [ -z "$tests_failed" ]; then failed=$((failed + files_failed)); fi
if grep -q '^ *Errors ' "$log"; then failed=$((failed + 1)); fi
passed=$((passed + ${tests_passed:-0}))
failed=$((failed + ${tests_failed:-0}))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
