# Everything is installed into .venv, again only when the requirements change. PYTHON=... chooses another Python 3.11+.
PYTHON ?= python3
python := .venv/bin/python
# Every package has to be the very file whose hash stands in the requirements.
pip := $(python) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
.DEFAULT_GOAL := help
.PHONY: help run test test-browser lighthouse screenshots test-consistency test-mutants test-setups test-hostile test-deploy test-guide consistency bench bench-full bench-check check fix lock texts

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

run: .venv/installed-run ## start feedapp and its own PostgreSQL and Redis; Ctrl-C stops all of it
	@exec $(python) -m feedapp.embedded --stop-with-parent

# In the order of tests/support/batches/workers.py, which also says how many processes `auto` is. Where the environment
# forbids to keep what is compiled, as images of containers do, each of hundreds of processes would compile everything.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/installed-dev ## run the tests in some processes, each with a PostgreSQL and a Redis of its own
	@$(python) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

browser := $(python) -m pytest -o addopts='--strict-markers --strict-config -ra' -p no:cacheprovider
test-browser: .venv/installed-dev .venv/node/installed ## every journey in Chromium, axe-core, the Nu HTML checker, weight
	@$(browser) --numprocesses 2 --dist loadfile tests/browser

lighthouse: .venv/installed-dev .venv/node/installed ## Lighthouse on the main pages; needs a machine that does nothing else
	@$(browser) tests/browser/lighthouse.py

screenshots: .venv/installed-dev .venv/node/installed ## every page at two sizes, light and dark (OPTIONS='--import FILE --into DIR', --help)
	@$(python) -m tests.browser.screenshots $(OPTIONS)

# Debian's Chromium, Node and Java, by root, each only where it is missing: the packages of npm exclude each other.
# What npm brings stays under .venv.
.venv/node/installed: tests/browser/package.json .venv/made
	@missing=; \
	for each in chromium:chromium npm:npm java:default-jre-headless; do \
		command -v "$${each%%:*}" >/dev/null || missing="$$missing $${each#*:}"; done; \
	if [ "$$missing" ]; then echo "installing$$missing"; \
		apt-get -q update && apt-get -qy install --no-install-recommends $$missing >/dev/null; fi
	@mkdir -p .venv/node && cp tests/browser/package.json .venv/node/
	@npm install --prefix .venv/node --loglevel=error --no-audit --no-fund --no-package-lock
	@touch $@

test-deploy: .venv/installed-dev ## a wheel in an environment of its own: nginx, reload and upgrade under load, back up, lose all, restore
	@$(python) -m pytest tests/deploy $(OPTIONS)

test-guide: .venv/installed-dev ## docs/setting-up.md typed line by line on an empty Debian, which boots beside this one; minutes, by root
	@$(python) -m pytest -q -s tests/guide $(OPTIONS)

test-consistency: .venv/installed-dev ## short runs of the history checker, with faults; deliberate mistakes, and rules thinned out
	@$(python) -m pytest tests/consistency --ignore tests/consistency/test_rules.py
	@$(python) -m pytest --numprocesses 2 tests/consistency/test_rules.py

test-mutants: .venv/installed-dev ## break the promise on purpose, each way in turn, and see tests turn red (OPTIONS='NAME …')
	@$(python) -m tests.mutants $(OPTIONS)

integration := tests/integration
promise := $(wildcard $(integration)/protocol/test_cache_protocol*.py)
protocol := $(promise) $(integration)/costs/test_costs.py $(integration)/response_cache/test_reuse.py
test-setups: .venv/installed-dev ## on a Redis Cluster; on Redis 7, TLS and pgbouncer where Debian's are installed
	@$(python) -m pytest tests/setups
	@$(python) -m pytest --redis cluster $(protocol) tests/web/api/accounts/test_tokens.py tests/web/api/test_likes.py
	@if command -v redis-server && command -v openssl; then \
		$(python) -m pytest --redis secure $(promise) && \
		$(python) -m pytest --redis debian $(promise); fi
	@if PATH="$$PATH:/usr/sbin" command -v pgbouncer; then $(python) -m pytest --pooled $(promise) \
		$(integration)/outages/delivering/test_delivery.py $(integration)/outages/test_redis.py tests/web/api/test_posts.py; fi

.venv/node-api/installed: tests/contract/package.json .venv/made
	@command -v npm >/dev/null || { apt-get -q update && apt-get -qy install --no-install-recommends npm >/dev/null; }
	@mkdir -p .venv/node-api && cp tests/contract/package.json .venv/node-api/
	@npm install --prefix .venv/node-api --loglevel=error --no-audit --no-fund --no-package-lock
	@touch $@

test-api: .venv/installed-dev .venv/node-api/installed ## Schemathesis and TypeScript on the API's document (API_EXAMPLES=50 for more)
	@$(python) -m pytest -q -n 0 tests/contract

test-hostile: .venv/installed-dev ## stalled clients, floods, dead servers and full disks, and what others see (HOSTILE_SECONDS=30 for longer)
	@$(python) -m pytest -rA --no-header tests/hostile $(OPTIONS)

consistency: .venv/installed-dev ## check recorded histories of a site under load (OPTIONS='--seconds 60 --scenario all')
	@$(python) -m tests.consistency $(OPTIONS)

bench: .venv/installed-bench ## how fast it is, in minutes; needs wrk (OPTIONS='--parts site --access-log FILE')
	@$(python) -m bench normal $(OPTIONS)

bench-full: .venv/installed-bench ## all of it, in half an hour, into docs/performance.md
	@$(python) -m bench full --report $(OPTIONS)

bench-check: .venv/installed-dev ## fail if a ratio fell by more than a fifth below bench/committed.json
	@$(python) -m bench short --check $(OPTIONS)

check: .venv/installed-dev ## format, lint, types and the import contract
	@$(python) -m ruff format --quiet --check .
	@$(python) -m ruff check --quiet .
	@$(python) -m mypy --no-error-summary
	@$(python) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

fix: .venv/installed-dev ## format and repair what ruff can repair
	@$(python) -m ruff format --quiet .
	@$(python) -m ruff check --quiet --fix .

texts: .venv/installed-dev ## bring the catalogues up to date with the texts in templates, Python and scripts
	@$(python) -m tests.support.languages

# What stands in the locks already stays as it is, unless OPTIONS='--upgrade' (or '--upgrade-package NAME').
# --universal: one lock for every Python and platform, with markers where they differ.
lock: .venv/installed-dev ## write requirements*.txt anew from requirements*.in: versions and hashes of all packages (OPTIONS=--upgrade)
	@for each in requirements requirements-dev requirements-bench; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command 'make lock' --output-file $$each.txt $(OPTIONS) $$each.in || exit 1; done

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo 'feedapp needs Python 3.11 or newer, and $(PYTHON) is not: try make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed-run: requirements.txt .venv/made
	@echo 'installing requirements.txt into .venv'
	@$(pip) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/made
	@echo 'installing requirements-dev.txt into .venv'
	@$(pip) -r requirements-dev.txt
	@touch $@ .venv/installed-run

.venv/installed-bench: requirements-bench.txt .venv/installed-dev
	@echo 'installing requirements-bench.txt into .venv'
	@$(pip) -r requirements-bench.txt
	@touch $@
