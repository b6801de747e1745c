SHELL := bash
STACK ?= local
# The settings of .polypod/env, for the one command that follows.
WITH_ENV = . .polypod/env &&

.PHONY: toolchain toolchain-bench images up preview down env test lint bench daemon-down clean

toolchain:
	@toolchain/setup.sh

toolchain-bench:
	@toolchain/compose.sh
	@toolchain/setup.sh

images: toolchain
	@$(WITH_ENV) toolchain/images.sh

up preview: images
	@$(WITH_ENV) python toolchain/stack.py $@ $(STACK)

down: toolchain
	@$(WITH_ENV) python toolchain/stack.py $@ $(STACK)

env:
	@cat .polypod/env 2>/dev/null || { echo "run 'make toolchain' first" >&2; exit 1; }

test: images
	@$(WITH_ENV) uv run --locked pytest $(ARGS)

lint: toolchain
	@$(WITH_ENV) ruff check && ruff format --check && mypy && lint-imports

bench: toolchain-bench images
	@$(WITH_ENV) python -m bench $(ARGS)

daemon-down:
	@toolchain/daemon.sh down

clean:
	rm -rf .venv dist .coverage* .hypothesis .*_cache
