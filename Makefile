SHELL := bash
STACK ?= local
# Whether 'make down' leaves the data of persistent volumes: yes or no.
KEEP ?= yes
# The settings of .polypod/env, for the one command that follows.
WITH_ENV = . .polypod/env &&

# What is compiled once need not be compiled by each process that runs.
export PYTHONDONTWRITEBYTECODE =

.PHONY: toolchain toolchain-bench images up preview down env test lint bench cluster cluster-images cluster-down daemon-down clean

toolchain:
	@toolchain/setup.sh $(STACK)

toolchain-bench:
	@toolchain/compose.sh
	@toolchain/wrk.sh
	@toolchain/setup.sh

images: toolchain
	@$(WITH_ENV) toolchain/images.sh

up preview: images
	@$(WITH_ENV) python toolchain/stack.py $@ $(STACK)

down:
	@toolchain/setup.sh
	@$(WITH_ENV) python toolchain/stack.py $@ $(STACK) $(KEEP)

env:
	@[[ -f .polypod/env && -f .polypod/images.json ]] || $(MAKE) images >&2
	@cat .polypod/env

# In a fresh clone, each worker would compile all packages and tests for itself.
test: images
	@[[ -f .venv/.compiled ]] || ($(WITH_ENV) uv run --locked pytest --collect-only -qq -n 0 && touch .venv/.compiled) >/dev/null || true
	@$(WITH_ENV) uv run --locked pytest $(ARGS)

lint: toolchain
	@$(WITH_ENV) ruff check && ruff format --check && mypy && lint-imports

bench: toolchain-bench images
	@$(WITH_ENV) python -m bench $(ARGS)

cluster: images
	@$(WITH_ENV) python -m toolchain.cluster up
	@toolchain/setup.sh

cluster-images: images
	@$(WITH_ENV) python -m toolchain.cluster images

cluster-down: toolchain
	@$(WITH_ENV) python -m toolchain.cluster down
	@toolchain/setup.sh

daemon-down:
	@toolchain/daemon.sh down

clean:
	rm -rf .venv dist .coverage* .hypothesis .*_cache
