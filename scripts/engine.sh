#!/usr/bin/env bash
# Usage: scripts/engine.sh [--help]
#
# Makes sure that a Docker engine answers, with Compose and Buildx.
# An engine that answers is used as it is. With root on Debian, a missing one is installed from Debian's own
# packages and started. Anywhere else the script says the one command to run.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

ENGINE_LOG=/var/log/dockerd.log
READY_WITHIN_SECONDS=60

engine_answers() { docker info >/dev/null 2>&1; }
plugins_answer() { docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; }

# The command to tell a person whom this script cannot help any further.
command_to_run() {
  case $(uname -s) in
    Darwin) echo "brew install --cask docker && open -a Docker" ;;
    *)
      if is_debian; then
        echo "sudo scripts/engine.sh && sudo usermod -aG docker $(id -un) && newgrp docker"
      elif have apt-get; then
        echo "sudo apt-get install docker.io docker-compose-v2 docker-buildx"
      else
        echo "sudo dnf install moby-engine docker-compose docker-buildx-plugin && sudo systemctl start docker"
      fi
      ;;
  esac
}

# Debian 12's engine is 20.10 and its Compose is the dead v1; Debian 13's packages run on it unchanged. The suite is
# added at a priority (50) below that of every installed package (100), so nothing else comes from it by itself.
add_trixie_source() {
  say "adding Debian 13's packages at priority 50, because Debian 12's Docker is too old"
  cat >/etc/apt/sources.list.d/docker-from-trixie.sources <<SOURCE
Types: deb
URIs: $(debian_mirror)
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
  cat >/etc/apt/preferences.d/docker-from-trixie <<PIN
Package: *
Pin: release n=trixie
Pin-Priority: 50
PIN
}

# Debian 13 and later have recent enough packages in their own suite.
install_engine() {
  local suite=''
  # shellcheck disable=SC1091 # os-release is the system's
  if [ "$(. /etc/os-release && echo "${VERSION_ID:-99}")" -lt 13 ]; then
    add_trixie_source
    suite=/trixie
  fi
  say "installing docker.io, docker-cli, docker-compose and docker-buildx, because no engine was found"
  apt_install /tmp/engine-install.log \
    "docker.io$suite" "docker-cli$suite" "docker-compose$suite" "docker-buildx$suite" iptables
  hash -r
}

# A machine that was switched off leaves a pid file, and dockerd refuses to start while any process has that number.
remove_stale_pid_file() {
  local pid
  pid=$(cat /run/docker.pid 2>/dev/null || true)
  if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null || true)" != dockerd ]; then
    rm -f /run/docker.pid
  fi
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    say "starting the docker service, because it is installed and not running"
    systemctl start docker
  else
    say "starting dockerd in the background, because there is no systemd here; it logs to $ENGINE_LOG"
    remove_stale_pid_file
    setsid nohup dockerd >>"$ENGINE_LOG" 2>&1 </dev/null &
  fi
}

await_engine() {
  local second
  for ((second = 0; second < READY_WITHIN_SECONDS; second++)); do
    if engine_answers; then return; fi
    sleep 1
  done
  tail -n 20 "$ENGINE_LOG" >&2 2>/dev/null || true
  fail "the engine did not answer within $READY_WITHIN_SECONDS s"
}

can_install() { is_root && is_debian; }

if ! engine_answers; then
  can_install || have dockerd || fail "no Docker engine here. Run: $(command_to_run)"
  is_root || fail "no Docker engine answers. Run: sudo scripts/engine.sh"
  have dockerd || install_engine
  start_engine
  await_engine
fi
if ! plugins_answer; then
  can_install || fail "Docker is here without Compose or Buildx. Run: $(command_to_run)"
  install_engine
  plugins_answer || fail "Compose or Buildx still does not answer to $(command -v docker)"
fi
say "Docker $(docker version --format '{{.Server.Version}}'), Compose $(docker compose version --short): ready"
