#!/usr/bin/env bash
# Builds every image of this project on a machine that reaches no image registry; --force builds again what exists.
# Where a registry can be reached `docker compose build` is enough.
set -euo pipefail

. "$(dirname "$0")/../shell.sh"
here="$root/deploy/images"
settings="$root/.cache/images.env"
force=false
fresh=

case "${1:-}" in
  '') ;;
  --force)
    force=true
    fresh=--no-cache
    ;;
  *) fail "usage: $0 [--force]" ;;
esac

step() {
  local name=$1 begin=$SECONDS log
  shift
  log="$root/.cache/build-${name//[^a-z0-9]/-}.log"
  "$@" >"$log" 2>&1 || fail "$name: failed, read $log"
  echo "$name: built in $((SECONDS - begin)) s"
}

# pip's own setting first, then whatever bundle this machine's tools already use.
secrets=()
bundle="${PIP_CERT:-${SSL_CERT_FILE:-}}"
[ ! -s "$bundle" ] || secrets+=(--secret "id=ca_bundle,src=$bundle")
[ ! -s "${PIP_CONFIG_FILE:-}" ] || secrets+=(--secret "id=pip_config,src=$PIP_CONFIG_FILE")

build_kafka() {
  local jars context status=0
  jars=$("$here/kafka/jars.sh") || return
  context=$(mktemp -d "$root/.cache/kafka-context.XXXXXX")
  cp "$here"/kafka/{Dockerfile,entrypoint.sh,server.properties,log4j2.yaml,tools-log4j2.yaml} "$context"
  cp -rl "$jars" "$context/libs"
  docker build ${fresh:+"$fresh"} --build-arg BASE_IMAGE=local/base:12 --tag "$1" "$context" || status=$?
  rm -rf "$context"
  return "$status"
}

build_postgres() {
  docker build ${fresh:+"$fresh"} --build-arg BASE_IMAGE=local/base:12 --tag "$1" "$here/postgres"
}

build_ours() {
  docker build ${fresh:+"$fresh"} --network host "${secrets[@]}" --build-arg BASE_IMAGE="${BASE_IMAGE:-local/base:12}" --tag "$1" "$root"
}

mkdir -p "$root/.cache"
"$root/deploy/engine.sh"
"$root/deploy/compose-plugin.sh"

# The base has no Dockerfile; for the others the builder itself knows whether a file changed.
if ! "$force" && docker image inspect local/base:12 >/dev/null 2>&1; then
  echo "local/base:12: already there"
else
  step local/base:12 "$here/base/build.sh"
fi
kafka="local/kafka:$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$here/kafka/pom.xml")"
step "$kafka" build_kafka "$kafka"
postgres="local/postgres:$(docker run --rm local/base:12 ls /usr/lib/postgresql)"
step "$postgres" build_postgres "$postgres"
ours="${PRIORAUTH_IMAGE:-priorauth:dev}"
step "$ours" build_ours "$ours"

tee "$settings" <<END
export BASE_IMAGE=local/base:12
export KAFKA_IMAGE=$kafka
export POSTGRES_IMAGE=$postgres
export PRIORAUTH_IMAGE=$ours
export TESTCONTAINERS_RYUK_DISABLED=true
export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
export TESTCONTAINERS_CONNECTION_MODE=docker_host
END
