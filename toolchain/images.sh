#!/usr/bin/env bash
# Where no public registry answers, builds equivalents of the public images from Debian packages.
# .polypod/images.json says which local image stands in for which public one ({} where a registry answers).
source "$(dirname "$0")/lib.sh"

images_json=$local_dir/images.json
registry=https://registry-1.docker.io/v2/
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
local_tag() { echo "polypod.local/$1:$({ base_tag "$2" && cat "$toolchain/images/$1"/*; } | short_hash)"; }

present() { docker image inspect "$@" >/dev/null 2>&1; }

# The root file system is kept in the cache: a new daemon only has to import it.
make_base() {
  local base=$1 tag=$2 suite packages tar new
  present "$tag" && return
  tar=$cache/$(basename "${tag/:/-}").tar
  if [[ ! -f $tar ]]; then
    need mmdebstrap mmdebstrap debian-archive-keyring
    read -r suite packages < <(contents "$base")
    say "fetching Debian $suite's $packages"
    new=$(fresh_dir)
    # A mirror may lag behind the date to which a testing suite calls itself valid.
    mmdebstrap --quiet --variant=essential --include="$packages" \
      --aptopt='Acquire::Check-Valid-Until "false"' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      "$suite" "$new/base.tar" "$mirror" >&2 ||
       die "the packages of Debian $suite could not be had from $mirror"
    mv "$new/base.tar" "$tar"
    rmdir "$new"
  fi
  docker import "$tar" "$tag" >/dev/null
}

make_image() {
  local recipe=$1 base=$2 tag=$3 from
  present "$tag" && return
  from=$(base_tag "$base")
  make_base "$base" "$from"
  say "building $tag"
  DOCKER_BUILDKIT=0 docker build --force-rm --build-arg "BASE=$from" --tag "$tag" "$toolchain/images/$recipe" \
    >"$cache/images.log" 2>&1 || die "$tag was not built: $(tail -n 15 "$cache/images.log")"
}

mapping() {
  local public recipe base separator='{'
  while read -r public recipe base; do
    printf '%s\n  "%s": "%s"' "$separator" "$public" "$(local_tag "$recipe" "$base")"
    separator=,
  done
  printf '\n}\n'
}

wanted() { grep . <<<"$recipes"; }

registry_answers() {
  need curl curl ca-certificates
  local status
  status=$(curl -s -o /dev/null -w '%{http_code}' --connect-timeout 3 --max-time 5 "$registry") || return
  [[ $status == 200 || $status == 401 ]]
}

one_at_a_time
new_json=$(wanted | mapping)
# What stands in here already goes on standing in: no need to ask the registry again.
if [[ ! -f $images_json || $(<"$images_json") == '{}' ]] && registry_answers; then
  new_json='{}'
else
  wanted | while read -r _ recipe base; do make_image "$recipe" "$base" "$(local_tag "$recipe" "$base")"; done
fi
echo "$new_json" >"$images_json"
