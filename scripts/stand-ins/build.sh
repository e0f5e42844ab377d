#!/usr/bin/env bash
# Usage: scripts/stand-ins/build.sh localhost/stand-in-NAME:VERSION...
#
# Builds stand-ins for public images out of Debian's packages, for machines that reach no image registry.
# NAME is a folder beside this script. Nothing pretends to be what it is not: the names are no registry's. What was
# built before from the same recipe is used again. Needs root on Debian, for debootstrap.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../lib.sh"

RECIPES=scripts/stand-ins
BASE=localhost/stand-in-base
LOGS=/tmp/stand-ins
# On a network that signs TLS anew (many company networks do), only the machine's own bundle verifies a download.
CA_BUNDLE=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
CA_BUNDLE_INSIDE=/usr/local/share/host-ca-certificates.crt

# recipe IMAGE: the folder that says how the image is made.
recipe() {
  local name=${1#localhost/stand-in-}
  echo "$RECIPES/${name%%:*}"
}

present() { docker image inspect "$1" >/dev/null 2>&1; }
# One number for everything an image is made from, kept in the image as a label.
checksum() { cat "$RECIPES/build.sh" "$(recipe "$1")"/* | cksum | cut -d ' ' -f 1; }
built_from() { docker image inspect --format '{{index .Config.Labels "recipe"}}' "$1" 2>/dev/null || true; }

# slim_down ROOT: what no container needs goes, and stays away when more packages come.
slim_down() {
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,info,locale}/* "$1"/var/log/*.log
  printf 'path-exclude=/usr/share/%s/*\n' doc man info locale >"$1/etc/dpkg/dpkg.cfg.d/stand-in"
  # The index of a suite in the making can be past the date until which it calls itself valid.
  printf '%s\n' 'APT::Install-Recommends "false";' 'Acquire::Check-Valid-Until "false";' >"$1/etc/apt/apt.conf.d/stand-in"
  # No server may start while its package is being installed.
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod +x "$1/usr/sbin/policy-rc.d"
}

# make_base SUITE: nothing but Debian, and the certificates that this machine trusts.
make_base() {
  local root mirror
  root=$(mktemp -d)
  mirror=$(debian_mirror)
  say "making $BASE:$1 with debootstrap, to build stand-ins on"
  # A suite younger than this debootstrap is made as sid is.
  quietly "$LOGS/debootstrap-$1.log" debootstrap --variant=minbase "$1" "$root" "${mirror%/}" sid
  slim_down "$root"
  install -m 0644 "$CA_BUNDLE" "$root$CA_BUNDLE_INSIDE"
  tar -C "$root" -c . | docker import \
    --change "ENV PIP_CERT=$CA_BUNDLE_INSIDE SSL_CERT_FILE=$CA_BUNDLE_INSIDE REQUESTS_CA_BUNDLE=$CA_BUNDLE_INSIDE" \
    --change 'ENV DEBIAN_FRONTEND=noninteractive' - "$BASE:$1" >/dev/null
  rm -rf "$root"
}

build() {
  say "building $1"
  quietly "$LOGS/$(basename "$(recipe "$1")").log" docker build --progress plain \
    --label recipe="$(checksum "$1")" --tag "$1" "$(recipe "$1")"
}

# at_once COMMAND ARGUMENT...: runs the command for every argument in parallel; fails when one of them fails.
at_once() {
  local command=$1 argument job jobs=''
  shift
  for argument in "$@"; do
    "$command" "$argument" &
    jobs="$jobs $!"
  done
  for job in $jobs; do wait "$job" || fail "a stand-in could not be built"; done
}

missing=''
suites=''
for image in "$@"; do
  [ -d "$(recipe "$image")" ] || fail "there is no recipe for '$image'"
  if [ "$(built_from "$image")" = "$(checksum "$image")" ]; then continue; fi
  missing="$missing $image"
  suite=$(sed -n "s|^FROM $BASE:||p" "$(recipe "$image")/Dockerfile")
  case $suites in *"$suite"*) ;; *) present "$BASE:$suite" || suites="$suites $suite" ;; esac
done
[ -n "$missing" ] || exit 0

if ! is_debian || ! is_root; then fail "a stand-in can be built with root on Debian only"; fi
have debootstrap || {
  say "installing debootstrap, which makes a base image of Debian's packages"
  apt_install "$LOGS/debootstrap-install.log" debootstrap
}
# shellcheck disable=SC2086 # lists of names
at_once make_base $suites
# shellcheck disable=SC2086
at_once build $missing
