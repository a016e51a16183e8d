# One list of commands, which people, hooks and CI all call. `make help` explains each.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
BIN := $(VENV)/bin
# Handed to every recipe: tools that start children find the same environment.
export PYTHON VENV

.NOTPARALLEL:
.PHONY: help demo test quick check serve bench bench-studio screenshots models fonts messages heic matte scan licences lock wheel fresh protection clean
.PHONY: environment environment-dev browser

help: ## List every command with a sentence.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment models fonts messages ## Run the whole way on two sample portraits, or on yours: make demo PHOTO=me.jpg STYLE=studio-grey
	@$(BIN)/faceproof demo $(if $(PHOTO),--photo "$(PHOTO)") $(foreach style,$(STYLE),--style "$(style)")

test: environment-dev browser models fonts messages check ## Check everything: style, types, floors, and every test with its coverage.
	@$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term:skip-covered $(PYTEST)

quick: environment-dev models fonts messages ## Run only the quick tests, without coverage.
	@$(BIN)/python -m pytest -n $(JOBS) -m "not slow and not browser" $(PYTEST)

check: environment-dev ## Check lint, format, types and floors without running a test.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict
	@$(BIN)/lint-imports --no-logo

serve: environment models fonts messages ## Serve https://localhost:8443 with web, worker, scheduler and database until Ctrl-C.
	@exec $(BIN)/faceproof serve

bench: environment-dev models fonts messages ## Measure every speed and size that the documents state, into build/bench/.
	@mkdir -p build/bench
	@set -e; for bench in bench/*.py; do \
	  case $$bench in */_*|*/studio_quality.py) continue;; esac; \
	  echo "== $$bench"; $(BIN)/python $$bench --json build/bench/$$(basename $$bench .py).json; \
	done

bench-studio: ## Measure the studio's quality against a known truth and other tools, and write docs/quality.md's tables.
	@VENV=build/bench-env $(PYTHON) tools/environment.py bench
	@build/bench-env/bin/python tools/fetch_models.py
	@mkdir -p build/bench
	@build/bench-env/bin/python tools/fetch_bench_models.py build/bench/nets
	@build/bench-env/bin/python bench/studio_quality.py --document --json build/bench/studio_quality.json

models: environment ## Fetch the four face nets, checked by hash (does nothing when they are there).
	@$(BIN)/python tools/fetch_models.py

fonts: environment ## Cut the typefaces out of their packages, checked by hash (does nothing when they are there).
	@$(BIN)/python tools/fonts.py

messages: environment ## Compile the translations.
	@$(BIN)/python tools/messages.py compile

heic: environment ## Add HEIC photos to the environment; its wheel bundles GPL code, so it is never a default.
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/heic.txt

matte: environment ## Add what runs a mask model of your own (docs/operations.md) to the environment.
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/matte.txt

screenshots: environment-dev browser models fonts messages ## Take a picture of every page and state into docs/screenshots/, with an overview sheet.
	@$(BIN)/python -m tools.screenshots

scan: environment-dev ## Scan for secrets, insecure patterns, licences and advisories; write build/sbom.json.
	@$(BIN)/python -m tools.scan

licences: environment-dev ## Write docs/licences.md again from what is installed.
	@$(BIN)/python -m tools.licences

lock: ## Resolve the locked versions again; UPGRADE=1 takes newer ones.
	@tools/lock.sh

wheel: environment-dev models fonts messages ## Build the wheel into dist/, nets, fonts, styles and texts inside.
	@rm -rf build/lib build/bdist.*
	@$(BIN)/python -m pip wheel . --no-deps --no-build-isolation --quiet --wheel-dir dist && ls dist

fresh: ## Prove `make demo` and `make test` in a new minimal Debian (root only).
	@tools/fresh.sh

protection: environment-dev ## Report the true state of branch protection where this clone comes from.
	@$(BIN)/python -m tools.branch_protection

clean: ## Remove everything that these commands made, except the data in var/ and your pictures in out/.
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .coverage.*

environment:
	@$(PYTHON) tools/environment.py demo

environment-dev:
	@$(PYTHON) tools/environment.py dev

browser: environment-dev
	@tools/browser.sh
