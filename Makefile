# Everything a developer types. Set-up runs before what needs it and does nothing when nothing changed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV_PYTHON := venv/bin/python
# Each worker of `make test` has a core and a stack of its own.
WORKERS ?= 2
export PYTHONPATH := $(CURDIR)
# Without bytecode every worker, and every start of a function, would compile the project anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup browser demo test chaos up check fix unit coverage web-types docs look bench agent-key member members cron-secret rotate-cron-secret slack-webhook customer-numbers quarantine playbooks lock deploy

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-24s %s\n' "$$target" "$$text"; done

setup: ## what every other target needs; it runs by itself
	@$(if $(PYTHON),$(PYTHON) -m local.setup,echo "Python 3.11 is missing: install it from https://www.python.org/downloads/" >&2; exit 1)

browser: setup ## a Chromium for the tests of the dashboard, found or installed; it runs by itself
	@$(VENV_PYTHON) -m local.setup.browser

demo: setup ## the example of the README, from a sentence to a delivered alert
	@$(VENV_PYTHON) -m local.demo

test: browser ## every test but the benchmarks, the storms at a tenth of their size; WORKERS=2
	@$(VENV_PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=20 --ignore=tests/bench

chaos: setup ## the storms at full size; a line of JSON for the counts of each
	@CHAOS_SHARE=1 $(VENV_PYTHON) -m pytest tests/chaos

up: setup ## the stack in the foreground, until Ctrl-C; STATE=folder keeps its state there for the next time
	@STATE="$(STATE)" $(VENV_PYTHON) -m local.stack up

check: setup ## format, lint, spelling, types, import contract, functions.yaml, generated files, advisories, the dashboard's own checks; no emulator
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m codespell_lib
	@$(VENV_PYTHON) -m mypy .
	@venv/bin/lint-imports
	@node local/deploy/check_manifest.cjs .
	@$(VENV_PYTHON) -m local.catalog --check
	@$(VENV_PYTHON) -m local.webtypes --check
	@$(VENV_PYTHON) -m local.setup.audit
	@npm --prefix web run --silent check

fix: setup ## format, and mend what the linter can mend
	@$(VENV_PYTHON) -m ruff format .
	@$(VENV_PYTHON) -m ruff check --fix .

unit: setup ## the tests that need no emulator
	@$(VENV_PYTHON) -m pytest -n $(WORKERS) --dist loadfile tests/unit

coverage: setup ## branch coverage of shared/, from the unit and emulator tests; printed even if a test fails
	@$(VENV_PYTHON) -m coverage erase
	@tests=0; $(VENV_PYTHON) -m coverage run -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/unit tests/emulator || tests=$$?; \
		$(VENV_PYTHON) -m coverage combine --quiet && $(VENV_PYTHON) -m coverage report && exit $$tests

web-types: setup ## web/src/data/types, from the models that local/webtypes/models.py lists
	@$(VENV_PYTHON) -m local.webtypes

docs: setup ## the files made from routes and models: functions.yaml, rewrites, actions, error codes, JSON Schema, OpenAPI
	@$(VENV_PYTHON) -m local.catalog

look: browser ## the mails of a shop's day in each tier as pictures (desktop, phone, dark), checked; README's pictures of the dashboard
	@$(VENV_PYTHON) -m tests.look.render_mail
	@$(VENV_PYTHON) -m tests.look.dashboard

bench: setup ## the benchmarks; a line of JSON for each figure
	@$(VENV_PYTHON) -m tests.bench

agent-key: setup ## ORG=org_id AGENT=name: a new key, printed once; ACTS_FOR=uid,… for members it may act for; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.api.agent_keys "$(ORG)" "$(AGENT)" --acts-for "$(ACTS_FOR)"

member: setup ## ORG=org_id EMAIL=address ROLE=owner|editor|viewer: gives an account, made if there is none, its org and role; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.api.member_command "$(ORG)" "$(EMAIL)" "$(ROLE)"

members: setup ## lists everybody who has an org, where other systems gave them theirs; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.api.member_command --list-everybody

cron-secret: setup ## the cron credential of the running local stack
	@$(VENV_PYTHON) -m local.stack cron-secret

rotate-cron-secret: setup ## new version, every job rewritten, old version disabled; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.triggers.rotate_secret

slack-webhook: setup ## ORG=org_id; asks for the address of the org's incoming webhook; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.messages.channels.slack_command "$(ORG)"

customer-numbers: setup ## writes phoneE164 beside the phone of customers from before their writes were watched; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.compliance.numbers_command

quarantine: setup ## ORG=org_id RELEASE=id: what workers failed with and pass over; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.stack.against shared.quarantine.command --org "$(ORG)" --release "$(RELEASE)"

playbooks: setup ## DO="runs list --status failed": the command line for operators, DO=--help lists it; PROJECT=id for a real project
	@PROJECT="$(PROJECT)" $(VENV_PYTHON) -m local.operators $(DO)

lock: setup ## after an edit of requirements*.in or local/firebase-cli/package.json: pin it with hashes; UPGRADE=1 takes the newest
	@$(VENV_PYTHON) -m local.setup.lock $(if $(UPGRADE),--upgrade)

deploy: setup ## PROJECT=id, the first time REGION=region; DRY_RUN=1 prints the plan, PRUNE=1 deletes old functions
	@DRY_RUN="$(DRY_RUN)" REGION="$(REGION)" PRUNE="$(PRUNE)" $(VENV_PYTHON) -m local.deploy "$(PROJECT)"
