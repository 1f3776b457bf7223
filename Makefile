# Everything is installed into .venv, again only when the requirements change. PYTHON=... chooses another Python 3.11+.
PYTHON ?= python3
python := .venv/bin/python
pip := $(python) -m pip install --quiet --disable-pip-version-check --no-input
.DEFAULT_GOAL := help
.PHONY: help run test test-setups consistency check fix

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: .venv/installed-run ## start feedapp and its own PostgreSQL and Redis; Ctrl-C stops all of it
	@exec $(python) -m feedapp.embedded --stop-with-parent

test: .venv/installed-dev ## run the tests, on a PostgreSQL and a Redis of their own
	@$(python) -m pytest

test-setups: .venv/installed-dev ## the same on other servers; needs Debian's redis-server and openssl
	@$(python) -m pytest tests/setups

consistency: .venv/installed-dev ## check recorded histories of a site under load (OPTIONS='--seconds 60 --scenario all')
	@PYTHONPATH=tests $(python) -m consistency $(OPTIONS)

check: .venv/installed-dev ## format, lint, types and the import contract
	@$(python) -m ruff format --quiet --check .
	@$(python) -m ruff check --quiet .
	@$(python) -m mypy --no-error-summary
	@$(python) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

fix: .venv/installed-dev ## format and repair what ruff can repair
	@$(python) -m ruff format --quiet .
	@$(python) -m ruff check --quiet --fix .

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo 'feedapp needs Python 3.11 or newer, and $(PYTHON) is not: try make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed-run: requirements.txt .venv/made
	@echo 'installing requirements.txt into .venv'
	@$(pip) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt .venv/made
	@echo 'installing requirements-dev.txt into .venv'
	@$(pip) -r requirements-dev.txt
	@touch $@ .venv/installed-run
