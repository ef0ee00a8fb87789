# Each target is one command. They work from any folder: make -C /path/to/vesicle run
here := $(shell dirname "$(strip $(MAKEFILE_LIST))")
vesicle := .venv/bin/python -m vesicle
.DEFAULT_GOAL := help
.PHONY: help run test lint fix lock

help: ## Say what there is
	@echo "Vesicle. One command each:"
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/  make \1\t\2/p' "$(here)/Makefile" | expand -t 14

run: ## Set up, start everything, print the addresses (ARGS="--port 8080")
	@cd "$(here)" && sh scripts/setup.sh run && exec $(vesicle) run $(ARGS)

test: ## Set up, lint, and run every test (ARGS="vesicle/consent -k sign")
	@cd "$(here)" && sh scripts/setup.sh test && sh scripts/system.sh && sh scripts/lint.sh && exec .venv/bin/python -m pytest -n 3 --dist worksteal $(ARGS)

lint: ## Check format, style, types, layers, migrations and templates
	@cd "$(here)" && sh scripts/setup.sh test && sh scripts/lint.sh

fix: ## Mend what can be mended by machine
	@cd "$(here)" && sh scripts/setup.sh test && { .venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format . ; }

lock: ## Write the locks from requirements/*.in (ARGS="--upgrade" for newer versions)
	@cd "$(here)" && sh scripts/setup.sh test && sh scripts/lock.sh $(ARGS)
