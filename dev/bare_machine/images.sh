#!/usr/bin/env bash
# Builds equivalents of the public images from Debian packages, and prints as JSON which stands in for which.
source "$(dirname "$0")/../lib.sh"

mirror=${POLYPOD_DEBIAN_MIRROR:-http://deb.debian.org/debian}

# PUBLIC RECIPE BASE
recipes='
busybox:1.37      busybox   services
busybox:1.37-musl busybox   services
nginx:1.29        nginx     nginx
postgres:17       postgres  services
python:3.12-slim  python    python
redis:8           redis     services
registry:3        registry  services
'
# BASE SUITE PACKAGES: nginx needs "server ... resolve" (1.27.3), which Debian 13 (trixie) does not have yet. Images
# that users build start from Python's, and a first push compresses its whole base: it holds only what they need.
bases='
nginx    forky  nginx-light,passwd
python   trixie passwd,python3-pip,python3-flask,gunicorn,python3-fastapi,uvicorn,python3-websockets,python3-redis,python3-psycopg,python3-psycopg2,python3-requests
services trixie busybox-static,docker-registry,postgresql-17,redis-server
'
contents() { awk -v base="$1" '$1 == base { print $2, $3 }' <<<"$bases"; }

base_tag() { echo "polypod.local/debian:$1-$(contents "$1" | short_hash)"; }

# local_tag RECIPE BASE
local_tag() { echo "polypod.local/$1:$({ base_tag "$2" && cat "$bare_machine/images/$1"/*; } | short_hash)"; }

present() { docker image inspect "$@" >/dev/null 2>&1; }

# The root file system is kept in the cache: a new daemon only has to import it.
make_base() {
  local base=$1 tag=$2 suite packages tar new log=
  present "$tag" && return
  tar=$cache/$(basename "${tag/:/-}").tar
  if [[ ! -f $tar ]]; then
    has mmdebstrap || debian_install "Docker Hub does not answer, and equivalents of its images need mmdebstrap. \
If Docker can pull images anyway, as from a mirror, set POLYPOD_STAND_INS=no" mmdebstrap debian-archive-keyring
    read -r suite packages < <(contents "$base")
    say "fetching Debian $suite's $packages"
    new=$(fresh_dir)
    # A mirror may lag behind the date to which a testing suite calls itself valid.
    working "fetching Debian's packages" mmdebstrap --quiet --variant=essential --include="$packages" \
      --aptopt='Acquire::Check-Valid-Until "false"' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      "$suite" "$new/base.tar" "$mirror" >&2 ||
       die "the packages of Debian $suite could not be fetched from $mirror"
    mv "$new/base.tar" "$tar"
    rmdir "$new"
  fi
  working "importing $tag" docker import "$tar" "$tag" >/dev/null
}

make_image() {
  local recipe=$1 base=$2 tag=$3 from log=$cache/images.log
  present "$tag" && return
  from=$(base_tag "$base")
  make_base "$base" "$from"
  : >"$log"
  say "building $tag"
  DOCKER_BUILDKIT=0 working "building $tag" into "$log" \
    docker build --force-rm --build-arg "BASE=$from" --tag "$tag" "$bare_machine/images/$recipe" ||
    die "$tag was not built: $(tail -n 15 "$log")"
}

wanted() { grep . <<<"$recipes"; }

mapping() {
  local public recipe base separator='{'
  while read -r public recipe base; do
    printf '%s\n  "%s": "%s"' "$separator" "$public" "$(local_tag "$recipe" "$base")"
    separator=,
  done
  printf '\n}\n'
}

wanted | while read -r _ recipe base; do make_image "$recipe" "$base" "$(local_tag "$recipe" "$base")"; done
wanted | mapping
