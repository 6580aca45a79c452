# Every target makes .venv by itself when it is missing. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO ?= stay
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := all
.PHONY: all help lint types borders test doors chaos demo run fmt bench messages docs lock clean

all: lint types borders test  ## lint, types, borders, tests

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

$(STAMP): pyproject.toml requirements.lock tools/bootstrap.sh
	PYTHON=$(PYTHON) sh tools/bootstrap.sh $(VENV)
	@touch $@

lint: $(STAMP)  ## ruff: style, bugs, security
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)  ## mypy strict
	$(BIN)/mypy

borders: $(STAMP)  ## import contracts of house.md
	$(BIN)/lint-imports --no-cache

test: $(STAMP)  ## everything on SQLite with a real browser, the rooms on PostgreSQL too
	$(BIN)/python tools/run_tests.py

doors: $(STAMP)  ## on PostgreSQL as well those tests of the doors that `make test` runs on SQLite alone
	@$(BIN)/python tools/build_locale.py >/dev/null
	TUTELA_TEST_DATABASE=postgresql TUTELA_TEST_SHARE=doors $(BIN)/pytest -q -n 2 --dist loadfile

chaos: $(STAMP)  ## two hundred seeded runs of trouble between two nodes; CHAOS_SEED=17 plays one again
	$(BIN)/python tools/run_chaos.py

demo: $(STAMP)  ## five nodes, a report at home and one across a border; DEMO=once checks and exits
	@$(BIN)/python tools/build_locale.py >/dev/null
	@$(BIN)/tutela demo $(if $(filter once,$(DEMO)),--once,)

run: $(STAMP)  ## an empty node in ./node-home
	@$(BIN)/python tools/build_locale.py >/dev/null
	@test -f node-home/node.toml || $(BIN)/tutela init --home node-home
	@$(BIN)/tutela serve --home node-home

fmt: $(STAMP)  ## format and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## benchmarks; each prints JSON
	@for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

messages: $(STAMP)  ## collect texts to translate into each door's .po files
	$(BIN)/python tools/messages.py
	$(BIN)/python tools/build_locale.py

docs: $(STAMP)  ## write the generated pages again (rooms, commands, settings, tour)
	$(BIN)/python tools/write_docs.py
	$(BIN)/python tools/draw_flow.py
	$(BIN)/python tools/make_tour.py

lock: $(STAMP)  ## resolve dependencies again
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --all-extras \
	  --no-header pyproject.toml -o requirements.lock

clean:  ## remove what the targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-home
