#!/usr/bin/env bash
# Usage: scripts/images.sh [--help]
#
# Makes the public images available that everything else starts from: PYTHON_IMAGE, DEBIAN_IMAGE, MYSQL_IMAGE, and
# REGISTRY_IMAGE, which tests push to.
# Each is used when it is present and pulled when it is not. Where no registry answers, a stand-in is built from
# Debian's packages, and its name is written to .env, so that plain `docker compose` uses it from then on.
# To try the registry again, delete those lines from .env.
# A name of your own, in the environment or in .env, is used as it is and never replaced.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

# The engine waits for minutes and tries again where no registry answers; one that answers does so in seconds.
CONTACT_WITHIN_SECONDS=20
registry=unknown

present() { docker image inspect "$1" >/dev/null 2>&1; }
from_env_file() { [ ! -f .env ] || sed -n "s/^$1=//p" .env | tail -n 1; }

# remember NAME VALUE: sets the line in .env and leaves every other line alone.
remember() {
  local rest=''
  if [ -f .env ]; then rest=$(grep -v "^$1=" .env || true); fi
  printf '%s\n' ${rest:+"$rest"} "$1=$2" >.env.new
  mv .env.new .env
}

# answered LOG: whether a registry has said something to a pull.
answered() { grep -q 'Pulling from' "$1"; }

# pull IMAGE: succeeds when the image came. Gives up early as long as no registry has said anything.
pull() {
  local log puller second
  [ "$registry" != silent ] || return 1
  say "pulling $1, because it is not here"
  log=$(mktemp)
  docker pull "$1" >"$log" 2>&1 &
  puller=$!
  for ((second = 0; second < CONTACT_WITHIN_SECONDS; second++)); do
    if answered "$log" || ! kill -0 "$puller" 2>/dev/null; then break; fi
    sleep 1
  done
  if ! answered "$log"; then
    registry=silent # the other images need not wait for the same
    kill "$puller" 2>/dev/null || true
  fi
  wait "$puller" || {
    tail -n 1 "$log" | cut -c 1-200 >&2
    return 1
  }
}

# A stand-in's name tells what it is, and is no registry's.
stand_in_of() { echo "localhost/stand-in-${1%-slim}"; }

# choose NAME DEFAULT: finds or pulls the image; where that fails for a default, its stand-in goes on the list.
choose() {
  local name=$1 default=$2 wanted=${!1:-}
  [ -n "$wanted" ] || wanted=$(from_env_file "$name")
  [ -n "$wanted" ] || wanted=$default
  if [ "$wanted" = "$(stand_in_of "$default")" ]; then
    say "$name=$wanted, as decided before"
    stand_ins="$stand_ins $wanted"
  elif present "$wanted" || pull "$wanted"; then
    say "$name=$wanted is here"
  elif [ "$wanted" = "$default" ]; then
    say "$name: no registry gave $default, so a stand-in takes its place"
    stand_ins="$stand_ins $(stand_in_of "$default")"
    remember "$name" "$(stand_in_of "$default")"
  else
    fail "$name=$wanted is not here and cannot be pulled"
  fi
}

stand_ins=''
choose PYTHON_IMAGE python:3.13-slim
choose DEBIAN_IMAGE debian:forky-slim
choose MYSQL_IMAGE mysql:9.7
choose REGISTRY_IMAGE registry:3
# shellcheck disable=SC2086 # a list of names
[ -z "$stand_ins" ] || scripts/stand-ins/build.sh $stand_ins
