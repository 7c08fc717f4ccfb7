#!/usr/bin/env bash
# Makes `docker compose` and `docker buildx` answer: builds them from their Go modules where no package offers them.
set -euo pipefail

. "$(dirname "$0")/shell.sh"
plugins="${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins"

# A package below another module's exclude lines cannot be `go install`ed: an own module that requires it can.
build() {
  local module=$1 version=$2 main=$3 imported=$4 variable=$5 output=$6
  local work
  work=$(mktemp -d "$root/.cache/go-plugin.XXXXXX")
  (
    cd "$work"
    printf 'module local/plugin\n\ngo 1.23\n' >go.mod
    printf '//go:build tools\n\npackage plugin\n\nimport _ "%s"\n' "$imported" >tools.go
    go get "$main@$version"
    go mod tidy -e
    go build -mod=mod -trimpath -ldflags "-s -w -X $variable=$version" -o "$output" "$main"
  ) >"$work/log" 2>&1 || fail "$module could not be built: read $work/log"
  chmod -R u+w "$work"
  rm -rf "$work"
}

ensure() {
  local name=$1 module=$2 version=$3 main=$4 imported=$5 variable=$6
  if docker "$name" version >/dev/null 2>&1; then
    echo "docker $name $(docker "$name" version | grep -oE 'v?[0-9]+\.[0-9]+\.[0-9]+' | head -1) answers"
    return 0
  fi
  local built="$root/.cache/cli-plugins/docker-$name-$version"
  if [ ! -x "$built" ]; then
    command -v go >/dev/null || fail "docker $name is missing and so is Go: install either, then run this again"
    echo "building docker $name $version from its Go module (about two minutes)"
    mkdir -p "$(dirname "$built")"
    build "$module" "$version" "$main" "$imported" "$variable" "$built.part"
    mv "$built.part" "$built"
  fi
  mkdir -p "$plugins"
  install -m 755 "$built" "$plugins/docker-$name"
  docker "$name" version >/dev/null || fail "docker $name was built but does not answer: delete $built and run this again"
  echo "docker $name $version answers"
}

ensure compose github.com/docker/compose/v2 v2.39.4 \
  github.com/docker/compose/v2/cmd github.com/docker/compose/v2/cmd/compose \
  github.com/docker/compose/v2/internal.Version
ensure buildx github.com/docker/buildx v0.24.0 \
  github.com/docker/buildx/cmd/buildx github.com/docker/buildx/commands \
  github.com/docker/buildx/version.Version
