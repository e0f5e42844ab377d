# shellcheck shell=bash
# Sourced by the set-up scripts: the root as working directory, a line per step, help from the file's own header.
# Everything here and beside it runs on bash 3.2, the one that macOS has.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SCRIPT=$(basename "$0" .sh)

# say WHAT-AND-WHY: one line for one step.
say() { printf '%s: %s\n' "$SCRIPT" "$*"; }

# fail WHAT-HAPPENED-AND-WHAT-TO-DO
fail() {
  printf '%s: error: %s\n' "$SCRIPT" "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" -eq 0 ]; }
is_debian() { [ -r /etc/os-release ] && grep -qx 'ID=debian' /etc/os-release; }

# The mirror that this machine's own package sources name: the one that is known to answer.
debian_mirror() {
  # shellcheck disable=SC2016 # the placeholder is apt's, not the shell's
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | head -n 1
}

# apt_install LOG PACKAGE...: reads the package lists anew first, because a fresh machine has none.
apt_install() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  # One source of a third party that does not answer must not stop the installation.
  apt-get -q update >"$log" 2>&1 || say "some package lists could not be read; going on with the others"
  DEBIAN_FRONTEND=noninteractive quietly "$log" apt-get -q -y --no-install-recommends install "$@"
}

# quietly LOG COMMAND...: runs a long command with its output in a file, which is shown when the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 || {
    tail -n 25 "$log" >&2
    fail "'$1' failed; all it said is in $log"
  }
}

# The comment block at the head of a script is its help.
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
  exit 0
fi
