# Everything happens in a virtual environment that is made when it is needed; nothing is done twice.
#   make demo      explore the embedded demo            make test     run the tests
#   make lint      ruff, mypy, import contracts         make bench    measure it on a pty
#   make screenshots   draw the pictures of the README  make keys     write the README's key table anew
#   make fuzz      search for input that breaks a parser
#   make clean     remove the virtual environment and caches
# PYTHON=python3.13 takes that interpreter, VENV=folder another place (one for each interpreter), ARGS="..." goes to
# the program (make demo ARGS="--utc") or to pytest (make test ARGS="-k picker").

SHELL = /bin/sh
VENV ?= .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint screenshots keys bench fuzz clean
.DELETE_ON_ERROR:

demo: $(VENV)/.runtime
	@$(BIN)/python -m canaryscope --demo $(ARGS)

test: $(VENV)/.development
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal -m "not terminal" $(ARGS)
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal -m terminal $(ARGS)

lint: $(VENV)/.development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

screenshots: $(VENV)/.development
	$(BIN)/python screenshots/draw.py

keys: $(VENV)/.development
	$(BIN)/python tools/key_table.py

bench: $(VENV)/.development
	$(BIN)/python tests/benchmarks/run.py $(ARGS)

fuzz: $(VENV)/.development
	@$(INSTALL) 'atheris>=3'
	PYTHONPATH=tests $(BIN)/python tests/fuzz/run.py $(ARGS)

clean:
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist

# What has the tests' dependencies has those of the program too.
$(VENV)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing canaryscope into $(VENV) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.development: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing canaryscope and what its tests need into $(VENV) ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $(VENV)/.runtime $@

$(BIN)/python:
	@python="$$(./tools/find-python $(PYTHON))" && \
	echo "Making a virtual environment with $$python in $(VENV) ..." && \
	{ "$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }; }
