# The habits of this project, each one line. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH := .venv-bench

.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-quick fuzz prove-laws prove-library mutate-engine golden-liquid format docs grammar clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

demo: $(STAMP) ## run the built-in rules on a day of tickets
	$(BIN)/trigdsl demo

test: $(STAMP) ## run the tests
	$(BIN)/python -m pytest

check: $(STAMP) ## run the linters and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BENCH)/.installed ## measure beside other engines, as ratios, and draw docs/performance.svg: half an hour
	cd tests && ../$(BENCH)/bin/python -m bench --json ../docs/performance.json --svg ../docs/performance.svg

bench-quick: $(BENCH)/.installed ## measure ours against the yardsticks, in a minute
	cd tests && ../$(BENCH)/bin/python -m bench --quick

fuzz: $(STAMP) ## the tests' properties on new cases, a million texts through the checker, a million cases through engine and oracle, through index and definition, a hundred thousand files into French and back, and some to Zendesk and back: hours
	$(BIN)/python -m pytest --hypothesis-profile=default
	$(BIN)/python tests/fuzz/texts.py
	$(BIN)/python tests/fuzz/rules.py
	$(BIN)/python tests/fuzz/index.py
	$(BIN)/python tests/fuzz/languages.py
	$(BIN)/python tests/fuzz/zendesk.py

mutate-engine: $(STAMP) ## plant bugs in the engine one at a time, and say what finds each
	$(BIN)/python tests/laws/mutants.py

prove-laws: $(STAMP) ## show that each law catches a bug planted for it
	$(BIN)/python tests/laws/prove.py

prove-library: $(STAMP) ## plant faults in the standard library, and change its rules: what its own tests miss
	$(BIN)/python tests/stdlib/plant.py
	$(BIN)/trigdsl test stdlib/zendesk/tests --coverage --mutate

golden-liquid: $(STAMP) ## say how many of the golden Liquid cases pass with our limits, where they lie beside the project
	$(BIN)/python tests/runtime/test_golden_liquid.py

format: $(STAMP) ## lay out the Python code and the standard library
	$(BIN)/ruff format .
	$(BIN)/trigdsl format stdlib

docs: $(STAMP) ## make the pages that are made: about the standard library, and about the French words
	$(BIN)/trigdsl doc > docs/library.md
	$(BIN)/trigdsl doc --words fr > docs/fr/langue.md

grammar: $(STAMP) ## make the tables of the grammar, after a change of trigger.lark
	TRIGDSL_UPDATE=1 $(BIN)/python -m pytest tests/syntax/test_tables.py

clean: ## remove everything that can be made again
	rm -rf $(VENV) $(BENCH) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(BENCH)/.installed: pyproject.toml tests/bench/requirements.txt tests/bench/install.py
	$(PYTHON) tests/bench/install.py $(BENCH)
	@touch $@
