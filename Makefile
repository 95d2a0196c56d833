# Everything a newcomer needs: `make demo` runs Byalag, `make test` proves it. See README.md.
PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
NPM := $(shell command -v npm 2>/dev/null)
# Compiled once, not at each of the thousand starts in the tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test promises bench conformance check format clean
.DEFAULT_GOAL := help

help: ## show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | sort

setup: .venv/.dev .venv/.assets ## set up everything for development, in .venv

demo: .venv/.run .venv/.assets ## run the demo hub; PORT=9000 make demo for another port
	$(BIN)/byalag demo --port $(PORT)

test: setup ## run the everyday tests
	$(BIN)/pytest -n auto --dist loadfile -m "not promise"

promises: setup ## run the slow proofs, and write docs/promises.md
	$(BIN)/pytest -n auto --dist loadfile -m "promise or proves" --promises docs/promises.md

bench: setup ## measure, each figure beside its floor of the same run
	$(BIN)/python -m benchmarks

conformance: .venv/.run ## run public suites; SUITES=FOLDER holds them, see docs/conformance.md
	$(BIN)/python -m conformance $(SUITES)

check: .venv/.dev ## lint, types, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

format: .venv/.dev ## let the formatter place the commas
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove what make has made
	rm -rf .venv node_modules src/byalag/pages/static/vendor

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Byalag needs Python 3.11 or newer; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing Byalag into .venv (once; about a minute) ..."
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.dev: .venv/.run
	@echo "Installing the tools for development ..."
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Scripts for the pages come from npm, pinned. Without Node.js the pages work without JavaScript.
.venv/.assets: .venv/.run package-lock.json
ifdef NPM
	@echo "Fetching the pages' scripts ..."
	@if npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; then \
	  $(BIN)/python -m byalag.pages.vendor && touch $@; \
	else \
	  echo "npm could not fetch them; the pages work without JavaScript. Try again with: make setup"; \
	fi
else
	@echo "Node.js is not installed: the pages will work without JavaScript."
endif
