#!/usr/bin/env bash
# Prints the folder with Kafka's jars, after fetching them through Maven once.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../shell.sh"
stamp=$(sha256sum "$here/pom.xml" | cut -c1-12)
jars="$root/.cache/kafka-jars-$stamp"

if [ ! -d "$jars" ]; then
  command -v mvn >/dev/null || fail "Maven is not installed: install it (Debian: apt-get install maven), then run this again"
  mkdir -p "$root/.cache"
  fresh=$(mktemp -d "$root/.cache/kafka-jars.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  mvn --batch-mode --quiet --file "$here/pom.xml" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$fresh" >&2
  chmod 755 "$fresh"
  # Another run may have finished first; its folder is as good as ours.
  mv -T "$fresh" "$jars" 2>/dev/null || [ -d "$jars" ]
fi
echo "$jars"
