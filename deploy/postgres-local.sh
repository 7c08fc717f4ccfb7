#!/usr/bin/env bash
# A PostgreSQL cluster on 127.0.0.1 without containers: start prints its addresses as environment lines. With SECRETS=FOLDER
# (deploy/secure/make_secrets.py) it takes connections over TLS alone, with the passwords there, and prints none.
set -euo pipefail

. "$(dirname "$0")/shell.sh"

find_programs() {
  local newest
  newest=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
  if [ -n "$newest" ]; then
    echo "$newest"
  elif command -v initdb >/dev/null; then
    dirname "$(command -v initdb)"
  else
    fail "PostgreSQL is not installed: install it (Debian: apt-get install postgresql), then run this again"
  fi
}

# PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u "${POSTGRES_OS_USER:-postgres}" -- "$@"
  else
    "$@"
  fi
}

create() {
  mkdir -p "$dir"
  [ "$(id -u)" -ne 0 ] || chown "${POSTGRES_OS_USER:-postgres}" "$dir"
  as_owner test -w "$dir" ||
    fail "$dir cannot be reached by the user ${POSTGRES_OS_USER:-postgres}: choose a folder whose parents all may enter"
  password_file=$(mktemp)
  trap 'rm -f "$password_file"' EXIT
  printf '%s\n' "$PGPASSWORD" >"$password_file"
  [ "$(id -u)" -ne 0 ] || chown "${POSTGRES_OS_USER:-postgres}" "$password_file"
  as_owner "$programs/initdb" --pgdata "$dir/data" --username postgres --pwfile "$password_file" \
    --no-sync --auth scram-sha-256 --encoding UTF8 --no-locale >"$dir/initdb.log" 2>&1 ||
    fail "initdb failed: read $dir/initdb.log"
}

configure() {
  local port
  port=$(free_ports 1)
  {
    cat "$root/deploy/postgres/postgresql.conf"
    echo "listen_addresses = '127.0.0.1'"
    echo "port = $port"
    echo "unix_socket_directories = ''"
    if [ -n "${SECRETS:-}" ]; then
      echo "ssl = on"
      echo "ssl_min_protocol_version = 'TLSv1.3'"
    fi
  } >"$dir/data/postgresql.conf"
  [ -z "${SECRETS:-}" ] || secure
  echo "$port" >"$dir/port"
}

secure() {
  local file
  for file in server.crt server.key; do
    # Not before the mode: nobody may read the key even for a moment.
    as_owner sh -c "umask 077; cat >$dir/data/$file" <"$SECRETS/postgres/$file"
  done
  as_owner sh -c "cat >$dir/data/pg_hba.conf" <"$root/deploy/secure/pg_hba.conf"
}

running() { as_owner "$programs/pg_ctl" --pgdata "$dir/data" status >/dev/null 2>&1; }

start() {
  if [ ! -f "$dir/port" ]; then
    create
    configure
  fi
  export PGHOST=127.0.0.1 PGPORT
  PGPORT=$(cat "$dir/port")
  if ! running; then
    as_owner "$programs/pg_ctl" --pgdata "$dir/data" --log "$dir/data/server.log" --wait --silent start >&2 </dev/null ||
      fail "PostgreSQL did not start: read $dir/data/server.log, or stop it and delete $dir to begin anew"
    "$root/deploy/postgres/init.sh" >&2
  fi
  [ -z "${SECRETS:-}" ] || return 0
  echo "PRIORAUTH_OWNER_DATABASE_URL=postgresql://owner:${OWNER_PASSWORD:-owner}@127.0.0.1:$PGPORT/{service}"
  echo "PRIORAUTH_POSTGRES_URL=postgresql://postgres:$PGPASSWORD@127.0.0.1:$PGPORT/postgres"
  local service variable
  for service in intake criteria letters audit; do
    variable="${service^^}_PASSWORD"
    echo "PRIORAUTH_${service^^}_DATABASE_URL=postgresql://$service:${!variable:-$service}@127.0.0.1:$PGPORT/$service"
  done
}

stop() {
  running || return 0
  as_owner "$programs/pg_ctl" --pgdata "$dir/data" --mode fast --wait --silent stop >&2
}

programs=$(find_programs)
export PGPASSWORD="${POSTGRES_PASSWORD:-postgres}"
if [ -n "${SECRETS:-}" ]; then
  PGPASSWORD=$(cat "$SECRETS/postgres/postgres.password")
  export PGSSLMODE=verify-full PGSSLROOTCERT="$SECRETS/postgres/ca.crt"
  for role in owner intake criteria letters audit; do
    export "${role^^}_PASSWORD_FILE=$SECRETS/postgres/$role.password"
  done
fi
start_or_stop "$@"
