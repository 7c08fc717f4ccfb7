#!/usr/bin/env bash
# The official image's contract: POSTGRES_USER, _PASSWORD, _DB, _INITDB_ARGS, _HOST_AUTH_METHOD and /docker-entrypoint-initdb.d.
set -euo pipefail

from_file() {
  local file="${1}_FILE"
  [ -z "${!file:-}" ] || export "$1=$(<"${!file}")"
}

create_cluster() {
  : "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE) for the superuser}"
  local arguments
  read -ra arguments <<<"${POSTGRES_INITDB_ARGS:-}"
  initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") \
    --auth-local trust --auth-host scram-sha-256 --encoding UTF8 "${arguments[@]}"
  echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
}

run_script() {
  echo "running $1"
  case "$1" in
    *.sh) if [ -x "$1" ]; then "$1"; else bash -euo pipefail "$1"; fi ;;
    *.sql) psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file "$1" ;;
    *) echo "ignoring $1: neither .sh nor .sql" ;;
  esac
}

# Until everything is set up the server listens on its socket alone, so that a health check over TCP waits for it.
fill_cluster() {
  pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses=''" --wait start
  [ "$POSTGRES_DB" = postgres ] || createdb --username "$POSTGRES_USER" "$POSTGRES_DB"
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    [ ! -f "$script" ] || run_script "$script"
  done
  pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
}

if [ "${1:-postgres}" = postgres ] || [ "${1#-}" != "$1" ]; then
  [ "${1:-}" != postgres ] || shift
  if [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$PGDATA"
    # The folder of its socket is empty and root's where the container's own files are read-only.
    chown -R postgres:postgres "$PGDATA" /run/postgresql
    chmod 700 "$PGDATA"
    exec gosu postgres "$0" postgres "$@"
  fi
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER
  from_file POSTGRES_DB
  export POSTGRES_USER="${POSTGRES_USER:-postgres}"
  export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    create_cluster
    fill_cluster
  fi
  exec postgres -D "$PGDATA" -c listen_addresses='*' "$@"
fi
exec "$@"
