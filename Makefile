# Each target makes what it needs. PYTHON may name the interpreter to use.
PYTHON ?= $(shell ./.ci/pythons lowest)
HIGHEST ?= $(shell ./.ci/pythons highest)
BIN := .venv/bin

.PHONY: venv demo test test-lowest test-highest check format bench docs wheel lock clean

venv: .venv/ready
demo: .venv/ready
	$(BIN)/tracker demo demo
# Side by side on two processors, each run whole in the output: make --jobs 2 --output-sync test
test: test-lowest test-highest
test-lowest: .venv/ready
	$(BIN)/python -m pytest
test-highest: .venv-highest/ready
	@if [ -x .venv-highest/bin/python ]; then .venv-highest/bin/python -m pytest; fi
check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
bench: .venv/ready
	$(BIN)/python -m benchmarks
docs: .venv/ready
	$(BIN)/python -m docs.generate_lifecycle
	$(BIN)/python -m docs.generate_man
	$(BIN)/python -m docs.generate_errors
wheel: .venv/ready
	$(BIN)/python -m build --no-isolation
lock:
	$(PYTHON) .ci/lock.py
clean:
	rm -rf .venv .venv-highest dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/ready: pyproject.toml requirements/dev.txt
	./.ci/make-venv .venv $(PYTHON)
# A second environment only where a higher Python than the first is installed.
.venv-highest/ready: pyproject.toml requirements/dev.txt
	@if [ "$$($(PYTHON) -V)" = "$$($(HIGHEST) -V)" ]; then mkdir -p .venv-highest && touch $@; \
	else ./.ci/make-venv .venv-highest $(HIGHEST); fi
