# Two commands do everything: `make serve` and `make test`. `make` alone lists them all.

PYTHON ?= python3
NIGHTLY ?= 1
BIN := .venv/bin
export NO_MKDOCS_2_WARNING = 1

.DEFAULT_GOAL := help
.PHONY: help setup serve build test quick check bench printed nightly mutation oracle oracle-fuzz oracle-activations oracle-peaks offline tables clean

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready ## make the environment in .venv

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@$(BIN)/python -m compileall -q --invalidation-mode checked-hash derivations
	@touch $@

serve: .venv/ready ## serve the site on http://localhost:8000 and follow every edit
	$(BIN)/mkdocs serve --livereload

build: .venv/ready ## build the site into site/
	$(BIN)/mkdocs build --strict

test: .venv/ready browser ## run all checks and tests
	$(BIN)/ruff check derivations tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist worksteal

quick: .venv/ready ## run all tests that need no browser
	$(BIN)/pytest -n auto --dist worksteal --ignore=tests/browser

browser: .venv/ready
	@$(BIN)/python tests/browser/chromium.py

check: .venv/ready ## look for faults in the pages without building them
	$(BIN)/derive check

tables: .venv/ready ## write tables/*.csv anew; review the numbers that moved
	$(BIN)/derive tables

bench: .venv/ready ## measure builds, edits and the command line against their budgets
	$(BIN)/python tests/benchmarks/run.py

printed: .venv/ready ## write tests/house/printed.txt anew; review what the pages print now
	$(BIN)/python tests/house/printed.py --write

nightly: .venv/ready ## try the long random tests for a quarter of an hour, and write what they tried into the page on trust
	NIGHTLY=$(NIGHTLY) $(BIN)/pytest -n auto --dist worksteal $$($(BIN)/python tests/trust.py)
	$(BIN)/python tests/house/trust_page.py

mutation: .venv/ready ## change a room's code line by line and see that its tests notice: make mutation ROOM=exact
	@test -x $(BIN)/mutmut || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'mutmut>=3.8'
	rm -rf .cache/mutation && mkdir -p .cache/mutation && cp -r derivations tests docs tables mkdocs.yml .cache/mutation
	printf '[mutmut]\nsource_paths=derivations\nonly_mutate=derivations/$(ROOM)/*\npytest_add_cli_args_test_selection=tests/$(ROOM)\nalso_copy=\n  docs\n  tables\n  mkdocs.yml\n' > .cache/mutation/setup.cfg
	cd .cache/mutation && $(CURDIR)/$(BIN)/mutmut run && $(CURDIR)/$(BIN)/mutmut results

oracle: ## count reference models by the field's own libraries, in environments of their own (large)
	@for extra in oracle oracle-4; do \
	  { test -x .cache/$$extra/bin/python || $(PYTHON) -m venv .cache/$$extra; } && \
	  .cache/$$extra/bin/pip install --quiet --disable-pip-version-check -e ".[$$extra]" && \
	  .cache/$$extra/bin/python tests/oracle/make_oracle.py || exit 1; \
	done

oracle-fuzz: ## ask the field's libraries and ours the same random questions, in the oracle's environments
	for extra in oracle oracle-4; do PYTHONPATH=. .cache/$$extra/bin/python tests/oracle/fuzz.py 2000 || exit 1; done

oracle-activations: ## measure what training steps of small models keep, in the oracle's environment
	.cache/oracle/bin/python tests/oracle/measure_activations.py

oracle-peaks: ## measure the peaks of training steps of small models, in the oracle's environment
	.cache/oracle/bin/python tests/oracle/measure_peaks.py

offline: .venv/ready ## make dist/offline/ and dist/offline.zip, which work from a file system
	OFFLINE=true DIRECTORY_URLS=false $(BIN)/mkdocs build --strict --quiet --site-dir dist/offline
	cd dist && ../$(BIN)/python -m zipfile -c offline.zip offline/
	@echo "Open dist/offline/index.html, or hand out dist/offline.zip."

clean: ## remove what was built; the environment stays
	rm -rf site dist build .cache
