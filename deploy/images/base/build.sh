#!/usr/bin/env bash
# Builds local/base:12 from Debian's packages: one base for all images where no image registry can be reached.
set -euo pipefail

. "$(dirname "$0")/../../shell.sh"
image=local/base:12
suite=bookworm
packages=ca-certificates,python3,python3-venv,openjdk-17-jre-headless,postgresql,gosu,tini,procps
stamp=$(printf '%s' "$suite $packages" | sha256sum | cut -c1-12)
archive="$root/.cache/base-$stamp.tar"

make_archive() {
  [ "$(id -u)" -eq 0 ] || fail "debootstrap needs root: run this as root, or set BASE_IMAGE to an image you have"
  command -v debootstrap >/dev/null || apt-get install --yes --no-install-recommends debootstrap ||
    fail "debootstrap is not installed: install it (apt-get update; apt-get install debootstrap), then run this again"
  mkdir -p "$root/.cache"
  tree=$(mktemp -d "$root/.cache/base.XXXXXX")
  trap 'rm -rf "$tree"' EXIT
  debootstrap --variant=minbase --include="$packages" "$suite" "$tree" >"$root/.cache/debootstrap.log" 2>&1 ||
    fail "debootstrap failed: read $root/.cache/debootstrap.log"
  chmod 755 "$tree"
  # The package's own cluster, what apt downloaded, and what identifies the machine do not belong in an image.
  rm -rf "$tree"/var/lib/postgresql/* "$tree"/etc/postgresql/* "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* \
    "$tree"/usr/share/doc/* "$tree"/usr/share/man/* "$tree"/usr/share/locale/* "$tree"/var/log/*.log "$tree"/tmp/* \
    "$tree"/etc/hostname "$tree"/etc/resolv.conf "$tree"/etc/apt/sources.list
  tar --numeric-owner --one-file-system -C "$tree" -cf "$archive.part" .
  mv "$archive.part" "$archive"
}

[ -f "$archive" ] || make_archive
docker import \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'ENV LANG=C.UTF-8' --change 'CMD ["bash"]' "$archive" "$image" >/dev/null
