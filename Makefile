# Commands. Each target installs what it needs into .venv.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
# One more test worker than cores, because browser tests spend some of their time waiting.
CORES := $(shell nproc 2>/dev/null || echo 2)
WORKERS ?= $(shell expr $(CORES) + 1)
# The tests of a file share a worker, and so what they prepare; tests/conftest.py has the long files begin first.
PYTEST := .venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
# --no-compile halves the installation time. Python compiles a module on its first import; most are never imported.
# It must be allowed to keep what it compiled: without, every process compiles its modules again, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE
# --no-deps: a lock file names every package. What depends on one of them is not looked up again, where a newer version
# that came out since would be found, and refused because it has no hash.
INSTALL := $(PIP) install --no-compile --no-deps --require-hashes -r
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/python -m piptools compile --quiet --generate-hashes \
  --strip-extras --allow-unsafe --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help run test test-long check check-types check-tests coverage dist bench soak pictures gallery lock faults architecture
.DELETE_ON_ERROR:

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 21

run: .venv/.run ## start the dashboard on http://HOST:PORT (127.0.0.1:8501); stop it with Ctrl+C
	@echo "Dashboard: http://$(HOST):$(PORT)"
	@HOST=$(HOST) PORT=$(PORT) .venv/bin/python -m tracker invite --here || true
	@exec .venv/bin/python -m tracker run --port $(PORT) --host $(HOST)

test: .venv/.dev ## run all tests, including those in a browser; ARGS="-k word" selects some
	@browser=$$(.venv/bin/python -m scripts.find_browser --all) && \
	  TRACKER_TEST_BROWSER="$$browser" $(PYTEST) $(ARGS)

# How long a bystander of a flood waits says nothing while other tests take the cores, so the floods run alone, and first.
FLOODS := tests/web/test_floods.py

test-long: .venv/.dev ## run the tests with every matrix in full: before a release, takes about 16 minutes
	@browser=$$(.venv/bin/python -m scripts.find_browser --all) && export TRACKER_TEST_LONG=1 TRACKER_TEST_BROWSER="$$browser" && \
	  $(if $(ARGS),,.venv/bin/python -m pytest $(FLOODS) &&) $(PYTEST) $(if $(ARGS),$(ARGS),--ignore=$(FLOODS))

check: .venv/.dev ## run before a push: format, lint, types, fast tests, data
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	@$(MAKE) --no-print-directory -j 2 check-types check-tests

check-types: .venv/.dev
	.venv/bin/mypy
	.venv/bin/python -m tracker check

# tests/conftest.py says which tests are slow: each package has others
check-tests: .venv/.dev
	$(PYTEST) -n $(CORES) -m "not slow and not browser"

coverage: .venv/.dev ## run all tests and print which branches none of them takes
	@browser=$$(.venv/bin/python -m scripts.find_browser --all) && \
	  TRACKER_TEST_BROWSER="$$browser" $(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

dist: .venv/.release ## build a release into ./dist: the wheel, and the list of its parts (CycloneDX)
	rm -rf build dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(PIP) wheel --no-deps --no-build-isolation -w dist .
	.venv/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o dist/parts.cdx.json requirements.lock

bench: .venv/.dev ## measure speed against baselines; ARGS="--only list,mirror" selects parts, --write updates BENCHMARKS.md
	@.venv/bin/python -m scripts.find_browser >/dev/null
	.venv/bin/python -m scripts.benchmarks $(ARGS)

soak: .venv/.dev ## simulate 30 sessions for ten minutes and print memory use; ARGS="--minutes 3"
	.venv/bin/python -m scripts.soak_test $(ARGS)

faults: .venv/.dev ## test killed processes and broken files in full, with figures
	TRACKER_TEST_LONG=1 .venv/bin/python -m pytest -s tests/faults tests/storage/test_last_good.py

pictures: .venv/.dev ## take the screenshots of the README again
	.venv/bin/python -m scripts.readme_screenshots

gallery: .venv/.dev ## take screenshots of every page in every language into ./gallery; ARGS="--only overview"
	@.venv/bin/python -m scripts.find_browser >/dev/null
	.venv/bin/python -m scripts.screenshot_gallery gallery $(ARGS)

lock: .venv/.lock ## pin the packages again; ARGS=--upgrade for the newest versions
	@.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "make lock needs a .venv made with Python 3.11, the oldest supported version, because its pins must work for all versions." >&2; exit 1; }
	$(COMPILE) $(ARGS) -o requirements.lock pyproject.toml
	$(COMPILE) $(ARGS) -c requirements.lock --extra test --extra dev --extra announce -o requirements-dev.lock pyproject.toml
	$(COMPILE) $(ARGS) -c requirements.lock --extra announce -o requirements-announce.lock pyproject.toml

.venv/.made:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer with venv is required. Install it (apt install python3-venv) or choose one with PYTHON=path." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: requirements.lock | .venv/.made
	$(INSTALL) requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/.made
	$(INSTALL) requirements-dev.lock
	@touch $@

.venv/.lock: | .venv/.made
	$(PIP) install pip-tools==7.6.2
	@touch $@

.venv/.release: .venv/.run
	$(PIP) install cyclonedx-bom==7.5.0
	@touch $@

architecture: .venv/.dev ## draw the packages and their imports into docs/architecture.svg
	.venv/bin/python -m scripts.draw_architecture
