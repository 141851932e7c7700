# `make` sets up; `make run` opens both sides of the first bundle; `make test` runs everything that is tested.
SHELL := /bin/bash
PY := .venv/bin/python
REGION ?= regions/sichuan-chongqing
PORT ?= 8001
SERVE ?= 1
VAR ?= var
DEBIAN := chromium fonts-noto-cjk gcc libfiu-dev

.PHONY: setup run test check night bench docs reset lock debian image

setup: .venv/run

.venv/bin/uv:
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check uv

FRONTEND := $(wildcard frontend/src/* frontend/*.py frontend/*.js frontend/*.json)

.venv/run: .venv/bin/uv requirements.lock pyproject.toml $(FRONTEND)
	@# a newer lock replaces what an older one installed; what only tests need stays
	.venv/bin/uv pip install --quiet --python $(PY) --compile-bytecode --require-hashes -r requirements.lock
	.venv/bin/uv pip install --quiet --python $(PY) --no-build-isolation --no-deps -e .
	@$(PY) -m compileall -q adjoin
	@touch $@

.venv/test: .venv/run requirements-test.lock
	.venv/bin/uv pip install --quiet --python $(PY) --compile-bytecode --require-hashes -r requirements-test.lock
	@touch $@

run: setup
	@exec .venv/bin/adjoin run $(REGION) --var $(VAR) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

debian:
	@missing=""; for each in $(DEBIAN); do dpkg -s $$each >/dev/null 2>&1 || missing="$$missing $$each"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	else echo "Run this once, then make test again:  sudo apt-get install -y$$missing"; exit 1; fi

test: .venv/test debian
	$(PY) -m pytest

check: .venv/test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m pytest tests/unit tests/spec
	.venv/bin/adjoin cases

night: .venv/test debian
	ADJOIN_SEEDS=2000000 $(PY) -m pytest -s tests/properties/test_two_sides.py
	ADJOIN_RUNS=2000 $(PY) -m pytest -s tests/faults/test_two_processes.py -k every_fault
	ROUNDS=2000 $(PY) -m pytest tests/faults/test_intake_power.py -k power_cuts
	ADJOIN_DISK=1 $(PY) -m pytest tests/faults/test_every_write.py
	ROUNDS=400 $(PY) -m pytest tests/faults/test_hj212_damage.py
	ROUNDS=400 $(PY) -m pytest tests/faults/test_database_gone.py -k power_cuts
	ADJOIN_DAY_SPEED=100 $(PY) -m pytest tests/journeys/test_day_on_both.py -k first
	$(PY) tests/faults/fuzz_hj212.py -max_total_time=3600

bench: .venv/test debian
	.venv/bin/adjoin bench

# the container image, and what it promises tried on it; BUILD and RUN hold further options of the engine's build and run
IMAGE ?= adjoin
BASE ?= docker.io/library/python:3.11-slim
ENGINE ?= $(firstword $(shell command -v podman docker))
image:
	@[ -n "$(ENGINE)" ] || { echo "podman or docker is needed:  sudo apt-get install -y podman"; exit 1; }
	$(ENGINE) build $(BUILD) --build-arg BASE=$(BASE) -f deploy/Containerfile -t $(IMAGE) .
	ENGINE="$(ENGINE)" IMAGE="$(IMAGE)" RUN="$(RUN)" python3 tests/image/try_image.py

docs: setup
	.venv/bin/adjoin docs docs/reference
	.venv/bin/adjoin replays docs/reference

reset:
	rm -rf $(VAR)

lock: .venv/bin/uv
	.venv/bin/uv pip compile -q pyproject.toml --extra server --group build --generate-hashes --no-emit-index-url \
		--no-header --no-annotate -o requirements.lock
	.venv/bin/uv pip compile -q pyproject.toml --extra server --extra postgres --extra energy --group build --group test -c requirements.lock \
		--generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-test.lock
