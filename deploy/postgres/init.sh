#!/usr/bin/env bash
# Gives every service its own database, which the role `owner` owns, and a role that it runs as and that may do nothing there until `priorauth migrate`
# gives it its rights. Runs again without harm, for example after a password changed.
set -euo pipefail

services="intake criteria letters audit"

# The development default equals the role's name; real passwords come from INTAKE_PASSWORD and its likes, or from the file in INTAKE_PASSWORD_FILE.
password_of() {
  local variable="${1^^}_PASSWORD" file="${1^^}_PASSWORD_FILE"
  if [ -n "${!file:-}" ]; then
    cat "${!file}"
  else
    echo "${!variable:-$1}"
  fi
}

run() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" "$@"
}

for role in owner $services; do
  # Through the environment: what stands in a command can be read by everybody on the machine.
  ROLE_PASSWORD=$(password_of "$role") run --dbname "${POSTGRES_DB:-postgres}" --set role="$role" <<'SQL'
\getenv password ROLE_PASSWORD
SELECT format('CREATE ROLE %I', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
SQL
done

for service in $services; do
  run --dbname "${POSTGRES_DB:-postgres}" --set service="$service" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER owner', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
SQL
  # A role that an earlier version let own its database keeps nothing of that, and not even the right to come in: it is given afterwards.
  run --dbname "$service" --set service="$service" <<'SQL'
REASSIGN OWNED BY :"service" TO owner;
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
SQL
done

# Databases that no service owns are no meeting place either.
run --dbname "${POSTGRES_DB:-postgres}" <<'SQL'
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
  FROM pg_database WHERE datname IN ('postgres', 'template1', current_database()) \gexec
SQL
