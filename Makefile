# Two commands: `make run` (the packaged storm, in the browser) and `make test` (the whole suite).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench console lock golden clean

run: $(VENV)/.ok
	$(BIN)/stormcone run $(ARGS)

test: $(VENV)/.ok-dev
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.ok-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ok-dev
	$(BIN)/python -m bench

console: $(VENV)/.ok-dev
	cd console && PATH="$(CURDIR)/$(BIN):$$PATH" sh build.sh

golden: $(VENV)/.ok-dev
	GOLDEN=write $(BIN)/python -m pytest tests/browser -k golden

$(VENV)/bin/uv: requirements-uv.lock
	sh tools/venv.sh $(PYTHON) $(VENV)

$(VENV)/.ok: $(VENV)/bin/uv requirements.lock pyproject.toml
	$(BIN)/uv pip sync -q --require-hashes --python $(BIN)/python requirements-uv.lock requirements.lock
	$(BIN)/uv pip install -q --no-deps --no-build-isolation --python $(BIN)/python -e .
	touch $@

$(VENV)/.ok-dev: $(VENV)/bin/uv requirements-dev.lock pyproject.toml
	$(BIN)/uv pip sync -q --require-hashes --python $(BIN)/python requirements-uv.lock requirements-dev.lock
	$(BIN)/uv pip install -q --no-deps --no-build-isolation --python $(BIN)/python -e .
	touch $(VENV)/.ok $@

lock: $(VENV)/bin/uv
	sh tools/lock.sh $(BIN)/uv

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
