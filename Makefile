SHELL := bash
.DEFAULT_GOAL := help
STACK ?= local
# Whether 'make down' leaves the data of persistent volumes: yes or no.
KEEP ?= yes
# Most tests wait for containers: four workers for each of two cores, as measured.
WORKERS ?= 8
# The settings of .polypod/env, for the one command that follows.
WITH_ENV = . .polypod/env &&

# What is compiled once need not be compiled by each process that runs.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help up preview down setup env test lint cluster cluster-images cluster-down bench daemon-down clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "STACK=$(STACK) names a file of stacks/: $(patsubst stacks/%.config.yaml,%,$(wildcard stacks/*.config.yaml)). docs/dev.md says more."

up: ## Deploy the reference application to STACK and print its URL
	@dev/setup.sh stack $(STACK)
	@$(WITH_ENV) dev/images.sh
	@$(WITH_ENV) python dev/stack.py up $(STACK)

preview: ## Show what 'make up' would change
	@dev/setup.sh stack $(STACK)
	@$(WITH_ENV) dev/images.sh
	@$(WITH_ENV) python dev/stack.py preview $(STACK)

down: ## Take STACK down; its data stay unless KEEP=no
	@dev/setup.sh stack $(STACK)
	@$(WITH_ENV) python dev/stack.py down $(STACK) $(KEEP)

setup: ## Install all that development needs, and create STACK
	@dev/setup.sh development $(STACK)
	@$(WITH_ENV) dev/images.sh
	@$(WITH_ENV) python dev/stack.py configure $(STACK)

env: ## Print the settings for a shell of your own: eval "$(make -s env)"
	@[[ -f .polypod/env && -f .polypod/images.json ]] || $(MAKE) setup >&2
	@cat .polypod/env

# In a fresh clone, each worker would compile all packages and tests for itself.
test: ## Run the tests, or some of them: ARGS="tests/model", ARGS='-m "not live"', ARGS="-n 0 --pdb"
	@dev/setup.sh development
	@$(WITH_ENV) dev/images.sh
	@[[ -f .venv/.compiled ]] || ($(WITH_ENV) uv run --locked pytest --collect-only -qq && touch .venv/.compiled) >/dev/null || true
	@$(WITH_ENV) uv run --locked pytest -n $(WORKERS) $(ARGS)

lint: ## Run the static checks; needs neither Docker nor Pulumi
	@dev/lint.sh

cluster: ## Find or make a Kubernetes cluster, for STACK=k8s and its tests
	@dev/setup.sh cluster
	@$(WITH_ENV) dev/images.sh
	@$(WITH_ENV) python -m dev.cluster up
	@dev/setup.sh cluster

cluster-images: ## Copy the stand-ins for public images into that cluster
	@dev/setup.sh cluster
	@$(WITH_ENV) dev/images.sh
	@$(WITH_ENV) python -m dev.cluster images

cluster-down: ## Remove the cluster that 'make cluster' made
	@dev/setup.sh cluster
	@$(WITH_ENV) python -m dev.cluster down
	@dev/setup.sh cluster

bench: ## Rewrite docs/benchmarks.md; half an hour on a quiet machine
	@dev/bare_machine/compose.sh
	@dev/bare_machine/wrk.sh
	@dev/setup.sh development
	@$(WITH_ENV) dev/images.sh
	@$(WITH_ENV) python -m bench $(ARGS)

daemon-down: ## Stop the Docker daemon that 'make' started
	@dev/bare_machine/daemon.sh down

clean: ## Remove .venv and the caches of development tools
	rm -rf .venv dist .coverage* .hypothesis .*_cache
