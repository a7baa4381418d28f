# Chapterwise: the words that people and CI use. `make help` explains them.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# Fall back to python3 where there is no command named python3.11.
ifeq (, $(shell command -v $(PYTHON) 2>/dev/null))
PYTHON := python3
endif

.DEFAULT_GOAL := help
.PHONY: help setup serve site test screenshots check format bench migration constraints clean

help:  ## Explain the targets
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  ##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 14

setup: $(INSTALLED)  ## Make .venv with the `chapterwise` command and all tools in it

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Chapterwise needs Python 3.11 or newer: set PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

serve: $(INSTALLED)  ## Serve the textbook and its API on an embedded PostgreSQL
	$(BIN)/chapterwise serve

site: $(INSTALLED)  ## Build the demonstration site with the Docusaurus theme; serve it and the API
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || { echo "make site needs Node 20 or newer: https://nodejs.org"; exit 1; }
	node frontend_plugin/scripts/build-site.mjs
	node frontend_plugin/scripts/serve-site.mjs

test: $(INSTALLED)  ## Run all tests
	$(BIN)/pytest

screenshots: $(INSTALLED)  ## Take the README's pictures anew
	SCREENSHOTS=1 $(BIN)/pytest -n 0 tests/web tests/site/test_pictures.py

check: $(INSTALLED)  ## Check format, lint, types (mypy and pyright, strict) and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(INSTALLED)  ## Format the code and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(INSTALLED)  ## Measure what design and README promise, and evaluate the book
	$(BIN)/python -m benchmarks
	$(BIN)/python -m tests.insight.evaluation.demonstration build/evaluation
	@echo "The evaluation of the demonstration book: build/evaluation/simplified/report.html"

migration: $(INSTALLED)  ## Write a migration from the models: make migration m="what changes"
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/chapterwise migrate --new "$(m)"

constraints:  ## Pin the newest versions that work together in constraints.txt
	$(PYTHON) -m venv $(VENV)-constraints
	$(VENV)-constraints/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	$(VENV)-constraints/bin/python -m pip freeze --exclude chapterwise --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' > constraints.txt
	rm -rf $(VENV)-constraints

clean:  ## Remove what setup and tests made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
