#!/usr/bin/env bash
# Usage: scripts/lock.sh [--upgrade|--check|--help]
#
# Pins every Python package with its hashes, for Python 3.11 and later on any system: requirements-dev.txt for tests
# and checks, one requirements.txt per image with the very same versions, and requirements-checkov.txt apart from them.
# What is pinned stays as it is; --upgrade takes the newest instead; --check only says whether the pins still follow
# from what the packages ask for.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

IMAGES="services/students services/subjects gateway-sim"
UV=.venv/bin/uv
mode=${1:-}

# compile LOCK SOURCE...: the options make the text the same on every machine.
compile() {
  local lock=$1
  shift
  "$UV" pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-package chassis --custom-compile-command 'make lock' -o "$lock" "$@"
}

# lock FILE SOURCE...: an existing file keeps its versions, because uv prefers what it finds there.
lock() {
  local file=$1
  shift
  if [ "$mode" != --check ]; then
    compile "$file" "$@"
    return
  fi
  cp "$file" "$scratch/lock.txt"
  compile "$scratch/lock.txt" "$@"
  diff -u "$file" "$scratch/lock.txt" || fail "$file is stale. Run: make lock"
}

case $mode in '' | --upgrade | --check) ;; *) fail "unknown option '$mode'; see --help" ;; esac
[ -x "$UV" ] || fail "uv is not there yet. Run: scripts/venv.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

upgrade=''
if [ "$mode" = --upgrade ]; then upgrade=--upgrade; fi
lock requirements-dev.txt requirements-dev.in services/*/pyproject.toml gateway-sim/pyproject.toml \
  infra/pyproject.toml ${upgrade:+"$upgrade"}
for image in $IMAGES; do
  lock "$image/requirements.txt" "$image/pyproject.toml" --constraint requirements-dev.txt
done
lock requirements-checkov.txt requirements-checkov.in ${upgrade:+"$upgrade"}
say "every package is pinned, and every pin is asked for"
