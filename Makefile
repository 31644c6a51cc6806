# Two commands on a fresh machine do everything: `make run` and `make test`.
# What a target has already done is remembered in .venv/stamps, so that a second run takes seconds.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
# Some machines forbid it: every command and every worker would then compile the whole platform anew.
unexport PYTHONDONTWRITEBYTECODE
.NOTPARALLEL:

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
STAMPS := $(VENV)/stamps
ASSETS := fanal/interface/static/fournis/.complete
# The lock files are complete: nothing is resolved, every archive is checked against its hash.
# Compiled afterwards, on every core; what does not compile is nothing that is imported.
INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-compile
COMPILE := $(PYTHON) -m compileall -qq -j 0 $(VENV)/lib
# Two workers unless said otherwise: what the measures of the project were taken with.
export WORKERS ?= 2
# Benchmarks of order lines, and how many: ask for the last size, which takes 60 GB of disk, by
# make bench LIGNES="1000000 10000000 100000000". OPTIONS="--garder DOSSIER" keeps the files for another run.
BENCH_LIGNES := bench/depenses_lecture.py bench/consolidation_depenses.py bench/pages_depenses.py
LIGNES ?= 1000000 10000000
OPTIONS ?=

.PHONY: help prepare run test test-long bench check lint browser clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

prepare: $(STAMPS)/base $(ASSETS) ## Set up the environment and the assets, nothing else

run: prepare ## Build the demonstration and serve it on 127.0.0.1:$(PORT)
	@$(BIN)/fanal demo
	@exec $(BIN)/fanal servir --port $(PORT)

test: prepare $(STAMPS)/dev lint browser ## Check the code and run every test, on PostgreSQL and on SQLite
	@outils/tests

test-long: prepare $(STAMPS)/dev ## Run what test leaves out: slow proofs, pages on PostgreSQL
	@outils/tests-longs

bench: prepare $(STAMPS)/dev ## Measure; each benchmark prints one JSON line
	@for file in $(filter-out $(BENCH_LIGNES),$(wildcard bench/[a-z]*.py)); do $(PYTHON) "$$file"; done
	@for n in $(LIGNES); do for file in $(BENCH_LIGNES); do $(PYTHON) "$$file" --lignes $$n $(OPTIONS); done; done

check: lint ## ruff, djlint, mypy
	@$(BIN)/mypy fanal

lint: $(STAMPS)/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --lint --quiet fanal

browser: ## Find a browser for the journeys; as root on Debian, install it
	@outils/navigateur

clean: ## Remove what the targets built; data under var/ stay
	rm -rf $(VENV) node_modules fanal/interface/static/fournis .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(PYTHON):
	@outils/environnement $(VENV)

$(STAMPS)/base: requirements/build.lock requirements/base.lock pyproject.toml | $(PYTHON)
	@echo "Installation des bibliothèques…" >&2
	@$(INSTALL) --require-hashes -r requirements/build.lock -r requirements/base.lock
	@$(INSTALL) --no-build-isolation --editable .
	@$(COMPILE) || true
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements/dev.lock $(STAMPS)/base
	@echo "Installation des outils de test…" >&2
	@$(INSTALL) --require-hashes -r requirements/dev.lock
	@$(COMPILE) || true
	@touch $@

$(ASSETS): package.json package-lock.json fanal/interface/assets.py | $(STAMPS)/base
	@outils/assets $(VENV)
	@touch $@
