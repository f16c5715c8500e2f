# What a developer types. `make` alone lists it; nothing needs to be installed first but Python 3.11, make and git.

PORT ?= 8000
BIN := .venv/bin
CATALOGUES := $(wildcard portal/locales/*/LC_MESSAGES/portal.po)
STATIC_SOURCES := $(wildcard static/*.* static/styles/*.css) portal/web/assets.py

# Unset when the machine's python3 will do; otherwise the first newer one that is there.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help run test chaos check fix migration migrate rollback bench pictures messages lock setup setup-dev clean
.DELETE_ON_ERROR:

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: setup ## Serve http://127.0.0.1:8000 (PORT=) with an embedded PostgreSQL and demo schools
	@PORTAL_DEMO="$${PORTAL_DEMO-1}" PORT="$(PORT)" exec $(BIN)/portal run

test: setup-dev ## Run every test (ARGS= goes to pytest: ARGS="tests/students -k search")
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		echo "No Chromium on this machine: the browser tests are SKIPPED (Debian: apt-get install chromium)."
	@$(BIN)/pytest -n logical --dist loadfile $(ARGS)

chaos: setup-dev ## Kill and freeze the running portal under load, for two minutes
	@$(BIN)/pytest -m chaos tests/faults $(ARGS)

check: setup-dev ## Formatting, lint, types, imports, templates, translations, migrations
	@$(BIN)/python -m tests.lint

fix: setup-dev ## Mend what can be mended by itself: formatting, order of imports
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

migration: setup-dev ## A new migration from the models: make migration m="students have a nickname"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="students have a nickname"'; exit 2; }
	@PATH="$(CURDIR)/$(BIN):$$PATH" alembic revision --autogenerate -m "$(m)"

migrate: setup ## Run the migrations that are missing
	@$(BIN)/portal migrate

rollback: setup ## Take the last migration back
	@$(BIN)/alembic downgrade -1

bench: setup .venv-bench/.ready ## Measure the portal beside Django admin and a bare limit (ARGS="--quick")
	@$(BIN)/python -m benchmarks $(ARGS)

pictures: setup-dev ## Take the pictures of README and docs/ from the demo's pages (ARGS="record" takes one)
	@$(BIN)/python -m tests.e2e.pictures $(ARGS)

messages: setup-dev ## Collect the strings of code and templates into the catalogues
	@$(BIN)/python -m tests.lint.translations --update

lock: setup-dev ## Pin the newest versions that requirements/*.in allow, with hashes
	@set -e; for list in base dev $(filter-out base dev,$(basename $(notdir $(wildcard requirements/*.in)))); do \
		echo "requirements/$$list.txt"; \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make lock" requirements/$$list.in -o requirements/$$list.txt; done

clean: ## Remove everything that was made, the database of .data/ excepted
	rm -rf .venv .venv-bench node_modules static/build static/vendor .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find portal tests migrations -name __pycache__ -prune -exec rm -rf {} +
	rm -f portal/locales/*/LC_MESSAGES/portal.mo

setup: .venv/.base static/build/manifest.json $(CATALOGUES:.po=.mo)
setup-dev: setup .venv/.dev

# Each of these is done once, and again when what it is made from changes.

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "The portal needs Python 3.11 or newer: install it, or say PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no ensurepip: install python3-venv (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@echo "Making the virtual environment …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.base: .venv/bin/python requirements/base.txt pyproject.toml
	@echo "Installing the Python packages (half a minute) …"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/base.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "Installing the packages for tests and checks (half a minute) …"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@

# What is only compared with stays out of the portal's own environment.
.venv-bench/.ready: .venv/bin/python requirements/bench.txt
	@echo "Installing Django admin, to compare with …"
	@$(BIN)/python -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --require-hashes --requirement requirements/bench.txt
	@touch $@

# The system's npm, or else the one that comes as a Python package.
node_modules/.ready: package.json package-lock.json .npmrc | .venv/.base
	@command -v npm >/dev/null || test -x $(BIN)/npm || { echo "Installing npm (no npm on this machine) …"; \
		$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/node.txt; }
	@echo "Fetching the front-end packages …"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

static/build/manifest.json: node_modules/.ready $(STATIC_SOURCES)
	@echo "Building the front-end files …"
	@$(BIN)/python -m portal.web.assets >/dev/null
	@touch $@

%.mo: %.po | .venv/.base
	@echo "Compiling $< …"
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
