#!/usr/bin/env bash
# One Kafka broker on 127.0.0.1 without containers: start prints its address as an environment line. With SECRETS=FOLDER (deploy/secure/make_secrets.py) it
# takes passwords over TLS there, and certificates on a second listener, PRIORAUTH_ADMIN_BROKER.
set -euo pipefail

. "$(dirname "$0")/shell.sh"

configure() {
  local port controller admin
  mkdir -p "$dir"
  read -r port controller admin < <(free_ports 3)
  {
    if [ -n "${SECRETS:-}" ]; then
      sed "s|/run/secrets/priorauth|$(realpath "$SECRETS")/kafka|" "$root/deploy/secure/kafka.properties"
      echo "listeners=CLIENTS://127.0.0.1:$port,ADMIN://127.0.0.1:$admin,CONTROLLER://127.0.0.1:$controller"
      echo "advertised.listeners=CLIENTS://127.0.0.1:$port,ADMIN://127.0.0.1:$admin"
      echo "$admin" >"$dir/admin-port"
    else
      cat "$root/deploy/images/kafka/server.properties"
      echo "listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller"
      echo "advertised.listeners=PLAINTEXT://127.0.0.1:$port"
    fi
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
  java -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$root/deploy/images/kafka/tools-log4j2.yaml" \
    -cp "$jars/*" "$@"
}

# A pid may have been given to another process since: the command line tells.
running() {
  [ -f "$dir/pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$dir/pid")/cmdline" |
    grep -qF "kafka.Kafka $dir/server.properties"
}

launch() {
  : >"$dir/server.log"
  setsid java "-Xmx${KAFKA_HEAP:-512m}" "-Xms${KAFKA_HEAP:-512m}" -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:TieredStopAtLevel=1 \
    -Dlog4j2.configurationFile="$root/deploy/images/kafka/log4j2.yaml" \
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
  jars=$("$root/deploy/images/kafka/jars.sh")
  [ -f "$dir/port" ] || configure
  running || launch
  echo "PRIORAUTH_BROKER=127.0.0.1:$(cat "$dir/port")"
  [ ! -f "$dir/admin-port" ] || echo "PRIORAUTH_ADMIN_BROKER=127.0.0.1:$(cat "$dir/admin-port")"
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

start_or_stop "$@"
