#!/usr/bin/env bash
# The static checks: they need Python and uv, but neither Docker nor Pulumi.
source "$(dirname "$0")/lib.sh"

cd "$checkout"
uv_dir=$("$dev/uv.sh")
working "installing the Python packages" "$uv_dir/uv" sync --locked --quiet
PATH=$checkout/.venv/bin:$PATH
for check in "ruff check" "ruff format --check" mypy lint-imports codespell; do
  say "$check"
  # shellcheck disable=SC2086  # a program and its options
  $check
done
