# Drumtower. `make help` tells the targets; each sets up what it needs, so any of them works as the first command in a fresh clone.
#
# What has been set up is noted by stamp files inside the folders that it concerns (.venv, node_modules): removing such a folder
# removes its stamp, and a changed lock file is newer than the stamp. Nothing is installed outside the clone but Debian's packages.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# Compiled once and kept beside the environment, whatever this machine's habit is: each process of ours begins a second sooner.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PORT ?= 8000
DATA ?= .data
# Two workers suit two cores: most of a test's time is waiting for a server or a browser.
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := $(foreach name,domain projections streams video command_ui tools bench tests,$(if $(wildcard $(name)/*.py),$(name)))
UV_INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
UV_COMPILE := UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

CONSOLE := command_ui/console
CONSOLE_BUILD := command_ui/console_build/index.html
CONSOLE_MODULES := $(CONSOLE)/node_modules/.stamp
CONSOLE_SOURCES := $(shell find $(CONSOLE) -name node_modules -prune -o -type f -print 2>/dev/null)
KAFKA := .kafka/stamp
# Only a machine without a Node of its own that will do gets the one from PyPI.
NODE_STAMP := $(shell tools/npm --has-node || echo $(VENV)/node.stamp)

.PHONY: help run cluster test check bench pictures types docs lock kafka console wheel clean check-style check-types check-imports check-console set-up-run set-up-cluster set-up-test set-up-check

help: ## what can be made (this text)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up everything and serve the demo city; PORT=8000 and DATA=.data choose where
	@$(MAKE) -j2 set-up-run
	@exec $(BIN)/drumtower serve --data $(DATA) --port $(PORT) --demo

cluster: ## the demo city beyond one machine, on this one: Kafka, PostgreSQL, relay, workers, gateways; PORT=8000, ARGS='--brokers 1'
	@$(MAKE) -j2 set-up-cluster
	@exec $(BIN)/python -m tools.cluster --port $(PORT) $(ARGS)

test: ## set up what the tests need and run them all; ARGS='-k dispatch' chooses, WORKERS=2 runs side by side
	@rm -f $(VENV)/console.broken; $(MAKE) -j2 --keep-going set-up-test || touch $(VENV)/console.broken
	@$(BIN)/python -m tools.run_tests --workers $(WORKERS) $(ARGS)

check: ## formatting, lint, types, the dependency rule: under a minute
	@$(MAKE) -j2 set-up-check
	@$(MAKE) -j2 --keep-going --output-sync=target check-types check-console check-style check-imports && echo "All checks passed."

bench: set-up-test $(VENV)-taky/stamp $(VENV)-quix/stamp ## the benchmarks beside their peers; NAME=fan_out runs one
	@$(BIN)/python -m tools.bench $(NAME)

pictures: set-up-test ## take the pictures that the console is compared with, those of the guide and the README's, anew
	@PICTURES=take $(BIN)/python -m tools.run_tests --workers 0 tests/browser/test_pictures.py tests/browser/test_guide.py
	@$(BIN)/python -m tools.pictures

types: $(VENV)/test.stamp ## the console's TypeScript types, from the Python documents
	@$(BIN)/python -m tools.typescript_types

docs: $(VENV)/test.stamp ## what is generated: docs/events-by-view.md, asyncapi.json, save.schema.json and the README's settings table
	@$(BIN)/python -m tools.events_by_view
	@$(BIN)/python -m tools.settings_table
	@$(BIN)/python -m tools.stream_documents

lock: $(VENV)/tools.stamp ## pin the requirements again with hashes; UPGRADE=1 takes newer versions
	$(UV_COMPILE) requirements/tools.in -o requirements/tools.lock
	$(UV_COMPILE) requirements/node.in -o requirements/node.lock
	$(UV_COMPILE) pyproject.toml -c requirements/constraints.in -o requirements/runtime.lock
	$(UV_COMPILE) pyproject.toml --extra cluster -c requirements/runtime.lock -c requirements/tools.lock -o requirements/cluster.lock
	$(UV_COMPILE) pyproject.toml --extra cluster requirements/test.in -c requirements/runtime.lock -c requirements/cluster.lock \
		-c requirements/tools.lock -o requirements/test.lock
	$(UV_COMPILE) requirements/taky.in -o requirements/taky.lock
	$(UV_COMPILE) pyproject.toml --extra cluster requirements/quix.in -o requirements/quix.lock

kafka: $(KAFKA) ## fetch a real Apache Kafka, as Maven artifacts, into .kafka

console: $(CONSOLE_BUILD) ## build the browser application into the package

wheel: $(VENV)/tools.stamp $(CONSOLE_BUILD) ## dist/drumtower-*.whl, the console inside
	@rm -rf dist
	@$(BIN)/python -m hatchling build --target wheel

clean: ## remove everything that was set up or built; the data in .data stay
	rm -rf $(VENV) $(VENV)-taky $(VENV)-quix .kafka dist build command_ui/console_build $(CONSOLE)/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# -------------------------------------------------------------------------------------------------------------------- parts

# Each ends with a step that does nothing, so that make does not say that there was nothing to do.
set-up-run: $(VENV)/runtime.stamp $(CONSOLE_BUILD)
	@:
set-up-cluster: $(VENV)/test.stamp $(CONSOLE_BUILD) $(KAFKA)
	@tools/need postgresql
set-up-test: $(VENV)/test.stamp $(CONSOLE_BUILD) $(KAFKA)
	@:
set-up-check: $(VENV)/test.stamp $(CONSOLE_MODULES)
	@:

check-style:
	@$(BIN)/ruff format --check --quiet --output-format=concise $(PACKAGES) || { echo "Formatting differs: run '$(BIN)/ruff format .'."; exit 1; }
	@$(BIN)/ruff check --quiet --output-format=concise $(PACKAGES)

check-types:
	@$(BIN)/mypy --no-error-summary $(PACKAGES)

check-imports:
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo >$(VENV)/import-contracts.txt 2>&1 || { cat $(VENV)/import-contracts.txt; exit 1; }

check-console:
	@tools/npm run --silent check

# --------------------------------------------------------------------------------------------- environments, set up only once

$(VENV)/tools.stamp: requirements/tools.lock
	@python=$$(tools/need python) && { [ -x $(BIN)/python ] || { echo "Making $(VENV) ..." && "$$python" -m venv $(VENV); }; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@touch $@

$(VENV)/runtime.stamp: requirements/runtime.lock $(VENV)/tools.stamp pyproject.toml
	@echo "Installing the server's packages ..."
	@$(UV_INSTALL) -r requirements/runtime.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: requirements/test.lock $(VENV)/runtime.stamp
	@echo "Installing what the tests need ..."
	@$(UV_INSTALL) -r requirements/test.lock
	@touch $@

$(VENV)/node.stamp: requirements/node.lock $(VENV)/tools.stamp
	@echo "Installing Node ..."
	@$(UV_INSTALL) -r requirements/node.lock
	@touch $@

# The benchmark's peer has pins of its own, so it lives in an environment of its own.
$(VENV)-taky/stamp: requirements/taky.lock $(VENV)/tools.stamp
	@[ -x $(VENV)-taky/bin/python ] || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)-taky
	@$(BIN)/uv pip install --quiet --python $(VENV)-taky/bin/python --require-hashes -r requirements/taky.lock
	@touch $@

$(VENV)-quix/stamp: requirements/quix.lock $(VENV)/tools.stamp
	@[ -x $(VENV)-quix/bin/python ] || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)-quix
	@$(BIN)/uv pip install --quiet --python $(VENV)-quix/bin/python --require-hashes -r requirements/quix.lock
	@touch $@

$(KAFKA): tools/kafka/pom.xml
	@tools/need java && tools/need maven && echo "Fetching Apache Kafka ..."
	@rm -rf .kafka/libs && mvn -q -B -f tools/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.kafka/libs
	@touch $@

$(CONSOLE_MODULES): $(CONSOLE)/package-lock.json $(NODE_STAMP)
	@echo "Installing the console's packages ..."
	@tools/npm ci --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@

$(CONSOLE_BUILD): $(CONSOLE_SOURCES) $(CONSOLE_MODULES)
	@echo "Building the console ..."
	@tools/npm run --silent build
	@touch $@
