# `make run` and `make test` need make, Python 3.11+ and nothing else; all they fetch comes from package registries.
# Every path is relative to this folder, so that its own path may be long or hold spaces.

.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench bench-matching .venv assets browser messages translations lock clean
MAKEFLAGS += --no-print-directory

# Several processes start from the same files: let the first one keep its byte code for the others.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv/bin
PORT ?= 8000
ARGS ?=
TEMPLATES = $(wildcard templates/*.html templates/*/*.html templates/*/*/*.html)

help:
	@echo "make run     start everything with the demo data on http://127.0.0.1:$(PORT)/ (PORT=… for another port)"
	@echo "make test    run all tests against real servers (ARGS='-k timetable' for some)"
	@echo "make lint    check style, types, imports, templates, migrations, translations and the lock file"
	@echo "make format  put code and templates into their standard form"
	@echo "make bench   measure the engines"
	@echo "make bench-matching  measure the matching engine at national size against its peers (ARGS='--size small')"
	@echo "make messages  collect what is to be translated into portal/locale"
	@echo "make lock    make uv.lock anew after a change of pyproject.toml (ARGS=--upgrade: newest versions)"
	@echo "make clean   remove everything that make can make again; the data in var/ stay"

run: .venv assets translations
	@$(VENV)/python manage.py up --with-parent --port $(PORT) $(ARGS)

test: .venv browser translations
	@$(VENV)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: .venv translations
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/python -m mypy manage.py portal matching events tools
	$(VENV)/lint-imports
	$(VENV)/djade --check --target-version 5.2 $(TEMPLATES)
	$(VENV)/python -m djlint --lint --quiet templates
	$(VENV)/python manage.py makemigrations --check --dry-run
	$(VENV)/python -m tools.catalogue check
	$(VENV)/python -m tools.lock --check

format: .venv
	$(VENV)/ruff check --fix --exit-zero .
	$(VENV)/ruff format .
	$(VENV)/djade --target-version 5.2 $(TEMPLATES)

bench: .venv
	@$(VENV)/python -m pytest -s -q tests/benchmarks $(ARGS)

bench-matching: .venv
	@$(VENV)/python -m matching.engine bench $(if $(ARGS),$(ARGS),--size small middle national)

# The environment: exactly the versions of uv.lock. Nothing happens when it is up to date.
.venv:
	@for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3 python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  exec "$$python" -m tools.environment; \
	done; \
	echo "No Python 3.11 or newer found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1

assets: .venv
	@$(VENV)/python -m tools.pick_assets

browser: .venv
	@$(VENV)/python -m tools.pick_assets --browser

# What is to be translated: new messages come empty into portal/locale, unused ones go.
messages: .venv
	@$(VENV)/python -m tools.catalogue collect

translations: .venv
	@$(VENV)/python -m tools.catalogue compile

lock:  # not from .venv, which is refused while the lock does not fit
	@test -x $(VENV)/uv || $(MAKE) .venv
	@$(VENV)/python -m tools.lock $(ARGS)

clean:
	rm -rf .venv .cache node_modules static_vendor static_vendor.draft var/test var/test-* var/test*.lock
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -f $(wildcard */locale/*/LC_MESSAGES/*.mo)
