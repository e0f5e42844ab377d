#!/usr/bin/env bash
# Usage: scripts/venv.sh [--help]
#
# Makes .venv: what requirements-dev.txt pins, checked by hash, and the workspace's packages, editable.
# Nothing happens when .venv was made from the very same files. PYTHON names another interpreter (3.11 or later).

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

STAMP=.venv/made-from
PACKAGES="services/chassis services/students services/subjects gateway-sim infra"

# Python 3.11 or later that can also make a virtual environment (Debian packs that part separately).
works() { "$1" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if works "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

install_python() {
  is_debian || fail "no Python 3.11 or later with venv here. Install one and run this again, or name it in PYTHON"
  is_root || fail "no Python 3.11 or later with venv here. Run: sudo apt-get install python3-venv"
  say "installing python3-venv, because no Python 3.11 or later that has venv was found"
  apt_install /tmp/venv-python.log python3-venv
}

# What .venv was made from: the lock, and every package's own description of itself.
fingerprint() {
  local package
  cat requirements-dev.txt
  for package in $PACKAGES; do cat "$package/pyproject.toml"; done
}

install_packages() {
  local package editable=()
  for package in $PACKAGES; do editable+=(-e "$package"); done
  # The third-party part is pinned above, and hatchling with it: nothing is left to download here.
  quietly /tmp/venv-packages.log \
    .venv/bin/pip install -q --no-deps --no-build-isolation "${editable[@]}"
}

if [ -f "$STAMP" ] && fingerprint | cmp -s - "$STAMP"; then
  say "up to date"
  exit 0
fi
python=$(find_python) || {
  install_python
  python=$(find_python)
}
say "making .venv with $("$python" -V), because its packages changed or it is not there"
"$python" -m venv --clear .venv
quietly /tmp/venv-install.log \
  .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
say "installing the workspace's packages, editable"
install_packages
fingerprint >"$STAMP"
