# Every command of this repository. `make` alone lists them.

BIN := .venv/bin
SHELL_FILES := scripts/*.sh scripts/stand-ins/*.sh scripts/stand-ins/*/*.sh services/database/*.sh .ci/run

.DEFAULT_GOAL := help
.PHONY: help up down clean logs demo watch plan deploy status destroy test test-unit test-integration test-e2e \
        bench soak check format lock upgrade venv engine images

##@ The local cloud
up: images ## start everything; healthy when it returns (first installs what a bare machine lacks)
	docker compose up --detach --build --wait --wait-timeout 300
	@echo "Ready: http://localhost:$$(docker compose port api-gateway 8080 | sed 's/.*://')/Test/student"
	@echo "Next: make demo uses it, make logs shows what it says, make down stops it"
down: ## stop everything; the data stays
	docker compose --profile debug down --remove-orphans
logs: ## follow what all containers say
	docker compose logs --follow --tail 50
demo: venv ## use the running stack as a client would, through the API Gateway
	@$(BIN)/python scripts/demo.py
watch: images ## start everything and rebuild a service when its source changes
	DRAIN_SECONDS=0 docker compose watch
clean: ## remove containers, data, the images built here and .venv
	-docker compose --profile debug down --volumes --remove-orphans
	-docker image rm --force students:local subjects:local gateway-sim:local
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

##@ AWS, see docs/deploying.md; options as in: make deploy ARGS="--region eu-central-1 --profile work"
plan: venv ## print what deploy would change, and change nothing
	@$(BIN)/python -m infra plan $(ARGS)
deploy: venv images ## make or change everything, and print the invoke URL
	@$(BIN)/python -m infra deploy $(ARGS)
status: venv ## print stacks, tasks, targets, alarms and the invoke URL
	@$(BIN)/python -m infra status $(ARGS)
destroy: venv ## delete everything but images and a snapshot of the data, after asking
	@$(BIN)/python -m infra destroy $(ARGS)

##@ Tests and checks
test: venv images ## everything that is tested, from unit to the whole stack
	docker compose build --quiet
	$(BIN)/pytest -n 2 --no-loadscope-reorder
test-unit: venv ## only what needs neither Docker nor a network: a minute
	$(BIN)/pytest tests/unit
test-integration: venv images ## only what needs a real MySQL or a real nginx
	docker compose build --quiet
	$(BIN)/pytest tests/integration
test-e2e: venv images ## only the whole stack: a user's journey, and every failure
	docker compose build --quiet
	$(BIN)/pytest tests/e2e
bench: venv images ## what it costs, beside baselines: 15 minutes; parts and options as in: make bench ARGS="gateway --rounds 3"
	docker compose build --quiet
	$(BIN)/python -m benchmarks $(ARGS)
soak: venv images ## random requests to the chain for 10 minutes, while its definitions change every second
	docker compose build --quiet
	$(BIN)/python -m benchmarks.soak $(ARGS)
check: venv ## formatting, lint, types, definitions, lock: reports, changes nothing, needs no Docker
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/shellcheck --external-sources $(SHELL_FILES)
	$(BIN)/cfn-lint infra/templates/deploy-role.yaml
	$(BIN)/openapi-spec-validator infra/api/*.yaml
	$(BIN)/gateway-sim check --strict --config infra/gateway-sim.yaml
	$(BIN)/pytest -q tests/unit/infra/templates --ignore-glob '*_planted_mistakes.py'
	@scripts/checkov.sh
	@scripts/lock.sh --check
	@! docker compose version >/dev/null 2>&1 || docker compose --profile debug config --quiet
format: venv ## fix what can be fixed without thinking
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

##@ Packages
lock: venv ## pin what the packages ask for; what is pinned already stays
	@scripts/lock.sh
upgrade: venv ## pin the newest version of everything
	@scripts/lock.sh --upgrade

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { print "\n" substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What the targets above need; each is quick when there is nothing to do.
venv:
	@scripts/venv.sh
engine:
	@scripts/engine.sh
images: engine
	@scripts/images.sh
