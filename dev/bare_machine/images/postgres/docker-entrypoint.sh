#!/bin/bash
# The settings of the official image's entrypoint that a program is likely to use:
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB (each also as NAME_FILE) and /docker-entrypoint-initdb.d.
set -euo pipefail

setting() {
  local name=$1 file=$1_FILE
  if [[ -n ${!file:-} ]]; then cat "${!file}"; else printf '%s' "${!name:-$2}"; fi
}

make_database() {
  local user password database script
  user=$(setting POSTGRES_USER postgres)
  password=$(setting POSTGRES_PASSWORD '')
  database=$(setting POSTGRES_DB "$user")
  if [[ -z $password ]]; then
    echo 'error: no database exists yet and POSTGRES_PASSWORD is not set' >&2
    exit 1
  fi
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"

  pg_ctl -w -o "-c listen_addresses=''" start
  if [[ $database != postgres ]]; then createdb --username="$user" "$database"; fi
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) bash "$script" ;;
      *.sql) psql -v ON_ERROR_STOP=1 --username="$user" --dbname="$database" --file="$script" ;;
    esac
  done
  pg_ctl -m fast -w stop
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} == postgres ]]; then
  mkdir -p "$PGDATA"
  if ((EUID == 0)); then
    find "$PGDATA" ! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  chmod 700 "$PGDATA"
  if [[ ! -s $PGDATA/PG_VERSION ]]; then make_database; fi
fi
exec "$@"
