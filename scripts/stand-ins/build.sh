#!/usr/bin/env bash
# Usage: scripts/stand-ins/build.sh localhost/stand-in-NAME:VERSION...
#
# Builds stand-ins for public images out of Debian's packages, for machines that reach no image registry.
# NAME is a folder beside this script. Nothing pretends to be what it is not: the names are no registry's. What was
# built before from the same recipe is used again. Needs root on Debian, for debootstrap.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../lib.sh"

RECIPES=scripts/stand-ins
BASE=localhost/stand-in-debian
LOGS=/tmp/stand-ins
# On a network that signs TLS anew (many company networks do), only the machine's own bundle verifies a download.
CA_BUNDLE=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}

# recipe IMAGE: the folder that says how the image is made.
recipe() {
  local name=${1#localhost/stand-in-}
  echo "$RECIPES/${name%%:*}"
}

# One number for everything an image is made from.
checksum() { cat "$RECIPES/build.sh" "$RECIPES/sid.pref" "$(recipe "$1")"/* | cksum | cut -d ' ' -f 1; }
built_from() { docker image inspect --format '{{index .Config.Labels "recipe"}}' "$1" 2>/dev/null || true; }

install_debootstrap() {
  if have debootstrap; then return; fi
  say "installing debootstrap, which makes a base image from Debian's packages"
  apt_install "$LOGS/debootstrap-install.log" debootstrap
}

# slim_down ROOT: what no container needs goes, and stays away when more packages come.
slim_down() {
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,info,locale}/* "$1"/var/log/*.log
  printf 'path-exclude=/usr/share/%s/*\n' doc man info locale >"$1/etc/dpkg/dpkg.cfg.d/stand-in"
  # The index of sid can be past the date until which it calls itself valid.
  printf '%s\n' 'APT::Install-Recommends "false";' 'Acquire::Check-Valid-Until "false";' >"$1/etc/apt/apt.conf.d/stand-in"
  # No server may start while its package is being installed.
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod +x "$1/usr/sbin/policy-rc.d"
}

# make_base SUITE: an image of nothing but Debian, unless it is there.
make_base() {
  local image=$BASE:$1 root mirror bundle=/usr/local/share/host-ca-certificates.crt
  if docker image inspect "$image" >/dev/null 2>&1; then return; fi
  root=$(mktemp -d)
  mirror=$(debian_mirror)
  say "making $image with debootstrap"
  # A suite younger than this debootstrap is made as sid is.
  quietly "$LOGS/debootstrap-$1.log" debootstrap --variant=minbase "$1" "$root" "${mirror%/}" sid
  slim_down "$root"
  install -m 0644 "$CA_BUNDLE" "$root$bundle"
  tar -C "$root" -c . | docker import \
    --change "ENV PIP_CERT=$bundle SSL_CERT_FILE=$bundle REQUESTS_CA_BUNDLE=$bundle DEBIAN_FRONTEND=noninteractive" \
    - "$image" >/dev/null
  rm -rf "$root"
}

# The image itself when it is plain Debian, otherwise what its recipe starts from.
base_of() {
  case $1 in
    "$BASE":*) echo "${1#"$BASE":}" ;;
    *) sed -n "s|^FROM $BASE:||p" "$(recipe "$1")/Dockerfile" ;;
  esac
}

build() {
  local log
  log=$LOGS/$(basename "$(recipe "$1")").log
  say "building $1"
  quietly "$log" docker build --progress plain --label recipe="$(checksum "$1")" \
    --tag "$1" --file "$(recipe "$1")/Dockerfile" "$RECIPES"
}

# up_to_date IMAGE: plain Debian has no recipe, so it is enough that it is there.
up_to_date() {
  case $1 in
    "$BASE":*) docker image inspect "$1" >/dev/null 2>&1 ;;
    *) [ "$(built_from "$1")" = "$(checksum "$1")" ] ;;
  esac
}

# all COMMAND ARGUMENT...: runs the command for every argument at once; fails when one fails.
all() {
  local command=$1 argument job jobs=()
  shift
  for argument in "$@"; do
    "$command" "$argument" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || fail "a stand-in could not be built"; done
}

missing=()
recipes=()
for image in "$@"; do
  case $image in
    "$BASE":*) ;;
    *) [ -d "$(recipe "$image")" ] || fail "there is no recipe for '$image'" ;;
  esac
  if up_to_date "$image"; then continue; fi
  missing+=("$image")
  case $image in "$BASE":*) ;; *) recipes+=("$image") ;; esac
done
[ "${#missing[@]}" -gt 0 ] || exit 0
if ! is_debian || ! is_root; then fail "a stand-in can be built with root on Debian only"; fi
install_debootstrap
suites=$(for image in "${missing[@]}"; do base_of "$image"; done | sort -u)
# shellcheck disable=SC2086 # a list of names
all make_base $suites
[ "${#recipes[@]}" -eq 0 ] || all build "${recipes[@]}"
