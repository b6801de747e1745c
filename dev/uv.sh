#!/usr/bin/env bash
# Prints the folder that holds uv: the one on PATH, or a pinned one put into the cache.
source "$(dirname "$0")/lib.sh"

if has uv; then
  dirname "$(command -v uv)"
  exit
fi
dir=$cache/uv-$UV_VERSION
if [[ ! -x $dir/uv ]]; then
  say "fetching uv $UV_VERSION"
  need python3 python3
  python3 -c 'import ensurepip' 2>/dev/null || debian_install "this python3 has no venv module" python3-venv
  new=$(fresh_dir)
  python3 -m venv "$new/venv"
  working "fetching uv" "$new/venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" >&2
  mv "$new/venv/bin/uv" "$new/uv"
  rm -r "$new/venv"
  mv "$new" "$dir"
fi
echo "$dir"
