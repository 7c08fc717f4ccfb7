# Everything runs from a virtual environment in .venv that these targets make; nothing is needed but Python 3.11 with venv, make and git.
PYTHON ?= python3
BIN := .venv/bin
PIP := PIP_ROOT_USER_ACTION=ignore $(BIN)/pip --disable-pip-version-check --quiet
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
COMPILED := .venv/.compiled
FAST := tests/unit tests/policies tests/specification tests/contracts tests/architecture
HOT := $(shell find services/criteria/engine shared -name '*.py' -not -path '*/compiled/*')

.DEFAULT_GOAL := help
.PHONY: help demo up test test-all nightly fast simulate check format images compiled constraints schemas docs wheel sbom clean

help: ## Show what there is.
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(RUNTIME) ## Run the whole platform on this machine, put six requests through it, stop everything.
	@$(BIN)/priorauth demo $(ARGS)

up: $(RUNTIME) ## Run the embedded stack until Ctrl-C.
	@$(BIN)/priorauth up $(ARGS)

test: $(COMPILED) ## Prove a change without containers, in under 8 minutes on two quiet cores; the last lines say what was left out.
	@.ci/test $(ARGS)

test-all: $(COMPILED) ## Run every test that this machine can run, in about half an hour; with a container engine and images on these too.
	@.ci/test-all $(ARGS)

nightly: $(COMPILED) ## Run the long proofs, in about an hour: seeds, every seeded bug, crashes, a soak, every kill point.
	@.ci/nightly $(ARGS)

fast: $(COMPILED) ## Run only the tests that need no stack of services.
	@.ci/quietly $(BIN)/pytest -n logical --dist worksteal $(FAST) $(ARGS)

simulate: $(DEVELOPMENT) ## Run seeds of the simulator: make simulate ARGS="--seeds 2000".
	@$(BIN)/priorauth bench simulate $(ARGS)

check: $(COMPILED) ## Lint, types, import contracts, unused code and dependencies, then what make test runs.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture
	@.ci/test $(ARGS)

format: $(DEVELOPMENT) ## Put every file in the house's format.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

compiled: $(COMPILED) ## Compile what runs most, so that criteria are judged three times as fast (needs a C compiler).
	@$(BIN)/python -m tools.compile_hot

images: ## Build the container images on a machine that reaches no image registry.
	deploy/images/build.sh $(ARGS)

schemas: $(DEVELOPMENT) ## Write the JSON Schemas of the events.
	$(BIN)/python -m tools.catalogue schemas

docs: $(DEVELOPMENT) ## Write docs/events.md and docs/asyncapi.yaml from the event catalogue.
	$(BIN)/python -m tools.catalogue documents

constraints: ## Pin every package with its hashes again (needs uv).
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build pyproject.toml -o constraints-image.txt
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra embedded --extra build pyproject.toml -o constraints.txt
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev --extra race --extra embedded --extra build pyproject.toml -o constraints-dev.txt

wheel: $(RUNTIME) ## Build the wheel into dist, twice, and check that both have the same bytes.
	@rm -rf dist/again && $(BIN)/hatchling build -t wheel -d dist && $(BIN)/hatchling build -t wheel -d dist/again
	@for built in dist/again/*.whl; do cmp "$$built" "dist/$$(basename "$$built")" && sha256sum "dist/$$(basename "$$built")"; done
	@rm -rf dist/again

sbom: $(RUNTIME) ## Write what the product is made of into dist/priorauth.cdx.json (CycloneDX).
	@mkdir -p dist && $(BIN)/python -m tools.sbom > dist/priorauth.cdx.json && echo dist/priorauth.cdx.json

clean: ## Remove the virtual environment, what was built and compiled, and the state of embedded runs.
	rm -rf .venv dist .priorauth .priorauth-* services/criteria/engine/compiled shared/lanes/compiled

$(RUNTIME): constraints.txt pyproject.toml
	$(call prepared,constraints.txt)
	@touch $@

$(DEVELOPMENT): constraints-dev.txt pyproject.toml
	$(call prepared,constraints-dev.txt)
	@touch $(RUNTIME) $@

$(COMPILED): $(DEVELOPMENT) $(HOT)
	@$(BIN)/python -m tools.compile_hot
	@touch $@

define prepared
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 $(MAKECMDGOALS)")'
@echo "preparing .venv from $(1), once: about a minute"
@[ -x $(BIN)/pip ] || $(PYTHON) -m venv .venv
@$(PIP) install --require-hashes -r $(1)
@$(PIP) install --no-deps --no-build-isolation -e .
endef
