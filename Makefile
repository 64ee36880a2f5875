# What one types here. Each target sets up what it needs, in .venv.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/python -m piptools compile --quiet --generate-hashes \
  --strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help run test check bench soak pictures gallery lock faults
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

run: .venv/.run ## the dashboard, on http://HOST:PORT (127.0.0.1:8501); Ctrl+C stops it
	@echo "The dashboard: http://$(HOST):$(PORT)"
	@HOST=$(HOST) PORT=$(PORT) .venv/bin/python -m tracker invite --here || true
	@exec .venv/bin/streamlit run app.py --server.port $(PORT) --server.address $(HOST)

test: .venv/.dev ## every test, the browser's too; ARGS="-k word" for some
	@browser=$$(.venv/bin/python -m scripts.find_browser) && \
	  TRACKER_TEST_BROWSER="$$browser" .venv/bin/python -m pytest $(ARGS)

check: .venv/.dev ## before a push: format, lint, types, the fast tests, the data
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy tracker
	.venv/bin/python -m pytest -m "not browser"
	.venv/bin/python -m tracker check

bench: .venv/.dev .venv-bench/.made ## how fast it is, as ratios measured in one run; ARGS="--only save,read"
	@.venv/bin/python -m scripts.find_browser >/dev/null
	.venv/bin/python -m scripts.benchmarks $(ARGS)

soak: .venv/.dev ## thirty sessions for ten minutes with saves going on, the memory by the minute; ARGS="--minutes 3"
	.venv/bin/python -m scripts.soak_test $(ARGS)

faults: .venv/.dev ## what a killed process, a full disk, a broken file do, with figures: a part of make test
	.venv/bin/python -m pytest -s -m "not browser" tests/test_faults_*.py tests/test_last_good*.py tests/faults/test_fuzzed_yaml.py

pictures: .venv/.dev ## the README's pictures, taken anew
	.venv/bin/python -m scripts.readme_screenshots

gallery: .venv/.dev ## every page, wide and narrow, light and dark, in each language, into ./gallery; ARGS="--only overview"
	@.venv/bin/python -m scripts.find_browser >/dev/null
	.venv/bin/python -m scripts.screenshot_gallery gallery $(ARGS)

lock: .venv/.lock ## pin the packages anew; ARGS=--upgrade for the newest
	@.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "The oldest Python pins for all of them: make lock needs a .venv made by Python 3.11." >&2; exit 1; }
	$(COMPILE) $(ARGS) -o requirements.lock pyproject.toml
	$(COMPILE) $(ARGS) -c requirements.lock --extra test --extra dev -o requirements-dev.lock pyproject.toml
	echo "doorstop==3.2" | $(COMPILE) $(ARGS) -o requirements-bench.lock -

.venv/.made:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer with venv is needed: apt install python3-venv, or name one with PYTHON=." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: requirements.lock | .venv/.made
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/.made
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# what is only measured against has a place of its own
.venv-bench/.made: requirements-bench.lock | .venv/.made
	.venv/bin/python -m venv .venv-bench
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-bench.lock
	@touch $@

.venv/.lock: | .venv/.made
	$(PIP) install pip-tools==7.6.2
	@touch $@
