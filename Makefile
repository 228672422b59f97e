# Every target makes its own environment in .venv from the lock: Python 3.11 or 3.12 with pip, and nothing else.

PYTHON ?= $(shell for p in python3 python3.11 python3.12; do \
	"$$p" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1 \
	&& { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
IN ?= data/raw
OUT ?= out
WORKERS ?=
SITE ?= site

.DEFAULT_GOAL := help
.PHONY: help run test properties robustness slopes fuzz stress check audit format evaluate train bench docs lock wheel clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed; name it with make PYTHON=..." >&2; exit 2; }
	@echo "making $(VENV) (once, some minutes)" >&2
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP)  ## the main job: the articles of data/raw to out (IN=, OUT=, WORKERS= for others)
	$(BIN)/nqextract run $(IN) -o $(OUT) $(if $(WORKERS),--workers $(WORKERS))

test: $(STAMP)  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadfile

properties: $(STAMP)  ## what must hold of any text, tried on many new ones (half an hour)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto tests/test_properties.py tests/test_variants.py

robustness: $(STAMP)  ## scores on data/gold written in other characters, as a Markdown table (some minutes)
	PYTHONPATH=tests $(BIN)/python tests/robustness_scores.py data/gold --articles data/raw

# With SECONDS the short form: always the same seed, few inputs to begin with, nothing kept.
MINUTES ?= 60
JOBS ?= 2
fuzz: $(STAMP)  ## coverage-guided fuzzing of read, clean, tag, pipeline (TARGET= for one; MINUTES=60, or SECONDS=; JOBS=2)
	cd tests && ../$(BIN)/python -m fuzz $(TARGET) --jobs $(JOBS) $(if $(SECONDS),--seconds $(SECONDS) --seed 1 --seeds 100,\
		--minutes $(MINUTES) --folder ../.fuzz $(if $(SEED),--seed $(SEED)))

slopes: $(STAMP)  ## time against length: every pattern, every stage, hostile texts (some minutes; a short form is in the tests)
	$(BIN)/python tests/slopes.py

check: $(STAMP)  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

audit: $(STAMP)  ## whether a pinned package is known to be vulnerable (asks the network)
	$(BIN)/python .ci/audit.py requirements.lock

format: $(STAMP)  ## put the code in its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

evaluate: $(STAMP)  ## scores on data/gold against the floors that it pins
	$(BIN)/nqextract evaluate data/gold/*.gold.json --articles data/raw --floors data/gold/floors.json
	$(BIN)/nqextract evaluate data/gold/independent --articles data/raw --floors data/gold/independent/floors.json

bench: $(STAMP)  ## speed on one core, beside pyvi's
	$(BIN)/python bench/bench.py

stress: $(STAMP)  ## files of hostile size and shape through the command line (half an hour, 5 GB of memory)
	$(BIN)/python bench/stress.py $(CASES)

# Not --quiet: with it a strict build counts no warnings.  The variable silences a notice on a next version of MkDocs.
docs: $(STAMP)  ## the documentation, into site: open site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --clean --site-dir $(abspath $(SITE))

# What the model is made from besides the repository's own texts lies in SHARED; without it the target says what is lost.
SHARED ?= ../shared
SPLIT_GOLD := $(wildcard $(SHARED)/gold)
NEWS := $(wildcard $(SHARED)/corpus/vietnews-30k.jsonl.gz)
MODEL ?= models/nqextract_vi

train: $(STAMP)  ## the tagger's model, from gold, marked sentences and news in SHARED (some minutes)
	@test -n "$(SPLIT_GOLD)$(NEWS)" || echo "$(SHARED) is missing: without its gold and news the model learns less," \
		"and its scores are not measured; models/README.md says how much that costs" >&2
	$(BIN)/nqextract train --gold data/gold --articles data/raw --sentences data/train \
		$(if $(SPLIT_GOLD),--split-gold $(SPLIT_GOLD) --articles $(SHARED)/articles \
		--articles $(SHARED)/corpus/vietnews-related.jsonl) $(if $(NEWS),--silver $(NEWS)) -o $(MODEL)

# uv is used here alone and stays out of the lock.
lock: $(STAMP)  ## pin the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	$(BIN)/uv pip compile pyproject.toml --all-extras --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --output-file requirements.lock

wheel: $(STAMP)  ## the wheel, into dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:  ## remove the environment and all that is made
	rm -rf $(VENV) out site dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .fuzz
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
