# Everything a fresh machine needs is Python >= 3.11, make and git.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
WORKERS ?= auto

.PHONY: help install demo test check fmt bench lock wheel assets messages clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: $(STAMP) assets  ## Everything into .venv, so that .venv/bin/aftercare is the command

$(STAMP): requirements/uv.txt requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --editable .
	touch $(STAMP)

assets: $(STAMP)  ## Compile the look (skipped while nothing changed) and the languages
	@$(BIN)/python frontend/build.py

messages: $(STAMP)  ## Gather what shoppers read into the catalogue of every language, to be translated
	@$(BIN)/python frontend/catalogues.py

demo: install  ## Open the demo shop and run everything
	$(BIN)/aftercare demo

test: install  ## All tests
	$(BIN)/python tests/browser.py
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: install  ## Lint, types and the contracts of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run

fmt: $(STAMP)  ## Format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install  ## Benchmarks of the hot paths (ARGS="--quick" for a smoke run)
	$(BIN)/python -m bench $(ARGS)

wheel: install  ## Build dist/*.whl with the compiled look inside
	$(BIN)/python -m build --wheel --no-isolation .

lock: $(STAMP)  ## Pin the newest versions that the ranges allow, with hashes
	$(BIN)/uv pip compile pyproject.toml --upgrade --generate-hashes --no-header --no-annotate --universal --python-version 3.11 -o requirements/base.txt
	$(BIN)/uv pip compile pyproject.toml requirements/dev.in --extra carriers --upgrade --generate-hashes --no-header --no-annotate --universal --python-version 3.11 -o requirements/dev.txt

clean:  ## Forget everything that was installed or built
	rm -rf .venv node_modules dist aftercare/foundation/web/static/web/built aftercare/config/locale/*/LC_MESSAGES/*.mo
