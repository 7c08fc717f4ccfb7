#!/usr/bin/env bash
# Makes a container engine answer: installs Debian's if there is none, starts its daemon if none runs.
set -euo pipefail

. "$(dirname "$0")/shell.sh"
log="$root/.cache/dockerd.log"

answers() { docker info >/dev/null 2>&1; }

install_engine() {
  command -v apt-get >/dev/null || fail "no container engine and no apt-get here: install Docker Engine, then run this again"
  [ "$(id -u)" -eq 0 ] || fail "no container engine here: run this as root to install Debian's, or install Docker Engine"
  echo "installing Debian's container engine"
  mkdir -p "$root/.cache"
  {
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends docker.io iptables debootstrap
  } >"$root/.cache/engine-install.log" 2>&1 || fail "the installation failed: read $root/.cache/engine-install.log"
}

start_daemon() {
  [ "$(id -u)" -eq 0 ] || fail "the container engine does not answer: start it (systemctl start docker), or run this as root"
  echo "starting dockerd, log in .cache/dockerd.log"
  mkdir -p "$root/.cache"
  setsid dockerd >"$log" 2>&1 </dev/null &
  local daemon=$!
  for _ in $(seq 300); do
    ! answers || return 0
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  fail "dockerd did not come up: the end of $log says why"
}

if ! answers; then
  command -v dockerd >/dev/null || install_engine
  start_daemon
fi
echo "container engine $(docker version --format '{{.Server.Version}}') answers"
