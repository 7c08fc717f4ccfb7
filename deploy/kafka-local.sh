#!/usr/bin/env bash
# One Kafka broker on 127.0.0.1 without containers: start prints its address as an environment line.
set -euo pipefail

usage() {
  echo "usage: $0 start|stop DIR" >&2
  exit 2
}

[ $# -eq 2 ] || usage
action=$1
here=$(cd "$(dirname "$0")" && pwd)

fail() {
  echo "$1" >&2
  exit 1
}

free_ports() {
  python3 - <<'PY'
import socket

sockets = [socket.socket() for _ in range(2)]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in sockets))
PY
}

configure() {
  local port controller
  mkdir -p "$dir"
  read -r port controller < <(free_ports)
  {
    cat "$here/images/kafka/server.properties"
    echo "listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller"
    echo "advertised.listeners=PLAINTEXT://127.0.0.1:$port"
    echo "controller.quorum.voters=1@127.0.0.1:$controller"
    echo "log.dirs=$dir/data"
  } >"$dir/server.properties"
  run kafka.tools.StorageTool random-uuid >"$dir/cluster-id"
  run kafka.tools.StorageTool format --cluster-id "$(tail -1 "$dir/cluster-id")" \
    --config "$dir/server.properties" >"$dir/format.log" 2>&1 ||
    fail "the storage could not be formatted: read $dir/format.log"
  echo "$port" >"$dir/port"
}

run() {
  java -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$here/images/kafka/tools-log4j2.yaml" \
    -cp "$jars/*" "$@"
}

# A pid may have been given to another process since: the command line tells.
running() {
  [ -f "$dir/pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$dir/pid")/cmdline" |
    grep -qF "kafka.Kafka $dir/server.properties"
}

launch() {
  : >"$dir/server.log"
  setsid java "-Xmx${KAFKA_HEAP:-512m}" "-Xms${KAFKA_HEAP:-512m}" -XX:+UseG1GC -XX:MaxGCPauseMillis=20 \
    -Dlog4j2.configurationFile="$here/images/kafka/log4j2.yaml" \
    -cp "$jars/*" kafka.Kafka "$dir/server.properties" >>"$dir/server.log" 2>&1 </dev/null &
  echo $! >"$dir/pid"
  for _ in $(seq 600); do
    ! grep -qF 'Kafka Server started' "$dir/server.log" || return 0
    running || sleep 0.2
    running || break
    sleep 0.1
  done
  fail "Kafka did not start: read $dir/server.log, or stop it and delete $dir to begin anew"
}

start() {
  command -v java >/dev/null ||
    fail "Java is not installed: install 17 or newer (Debian: apt-get install openjdk-17-jre-headless), then run this again"
  jars=$("$here/images/kafka/jars.sh")
  [ -f "$dir/port" ] || configure
  running || launch
  echo "PRIORAUTH_BROKER=127.0.0.1:$(cat "$dir/port")"
}

stop() {
  running || return 0
  local pid
  pid=$(cat "$dir/pid")
  kill "$pid"
  for _ in $(seq 300); do
    running || break
    sleep 0.1
  done
  ! running || kill -KILL "$pid"
  rm -f "$dir/pid"
}

dir=$(realpath -m "$2")
case "$action" in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
