# The workflow, one target each. `make run` and `make test` need Python 3.11+
# and make; Node is used when it is there.

.PHONY: help run test quick lint format coverage noun bench example dist shipping fuzz faults flood books engines

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 12

run: ## install, upgrade the database, serve (settings: .env.example)
	@scripts/install.sh
	@.venv/bin/flask db upgrade
	@exec .venv/bin/flask serve

test: ## everything CI runs: checks, tests on both databases, browser tests
	@scripts/install.sh --dev
	@scripts/install-test-tools.sh
	@.venv/bin/python scripts/check.py

quick: ## for the inner loop: checks, guards, and the tests of what was changed, in a minute
	@.venv/bin/python scripts/quick.py

lint: ## only the checks: format, lint, types, generated files
	@scripts/install.sh --dev
	@.venv/bin/python scripts/check.py --lint

format: ## format and fix what can be fixed
	@scripts/install.sh --dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@[ ! -x frontend/node_modules/.bin/biome ] || (cd frontend && npm run --silent format)

coverage: ## the tests once, on SQLite, with the lines they miss
	@scripts/install.sh --dev
	@.venv/bin/pytest -n 2 -m "not browser" --cov --cov-report=term-missing

noun: ## a new noun, with all its files: make noun NAME=packet AREA=catalogue
	@.venv/bin/python scripts/make_noun.py $(NAME) $(AREA)

bench: ## measure everything; writes docs/benchmarks.md
	@scripts/install.sh --dev
	@.venv/bin/python -m bench build/bench

example: ## build the example fleet again: cvd.db.example
	@scripts/install.sh
	@.venv/bin/python scripts/build_example.py

dist: ## one archive that installs on a machine without internet, in dist/
	@.venv/bin/python scripts/make_dist.py

shipping: ## an archive without a network, and the container, tried before a release
	@scripts/install.sh --dev
	@CVD_TEST_SHIPPING=1 .venv/bin/pytest -q -rs tests/scripts/test_archives.py

N ?= 20000
fuzz: ## generated requests to every operation, as every role: make fuzz N=20000
	@scripts/install.sh --dev
	@CVD_FUZZ_CASES=$(N) .venv/bin/pytest -n 2 -q tests/fuzz

faults: N = 200
faults: ## kills, broken disks, crowds, at length: make faults N=200 (kills of the server)
	@scripts/install.sh --dev
	@scripts/install-test-tools.sh
	@CVD_TEST_FAULTS=$(N) .venv/bin/pytest -q tests/faults

flood: N = 200000
flood: ## mutated audits, every fortieth over HTTP as well: make flood N=200000
	@scripts/install.sh --dev
	@CVD_FLOOD_CASES=$(N) .venv/bin/pytest -q tests/floods

books: N = 20000
BOOKS = tests/services/books/test_any_order.py tests/services/books/test_sums_by_day.py tests/state
books: ## what machines in the field do, in any order, on both databases: make books N=20000
	@scripts/install.sh --dev
	@CVD_ORDER_EXAMPLES=$(N) CVD_STATE_EXAMPLES=200 CVD_TRUE_EXAMPLES=200 .venv/bin/pytest -n 2 -q $(BOOKS) tests/services/books/test_true_books.py
	@CVD_TEST_ENGINE=postgresql CVD_ORDER_EXAMPLES=$(N) CVD_STATE_EXAMPLES=200 .venv/bin/pytest -n 2 -q $(BOOKS)

engines: ## on PostgreSQL, also the tests that `make test` runs on SQLite alone
	@scripts/install.sh --dev
	@CVD_TEST_ENGINE=postgresql CVD_TEST_SPARED=1 .venv/bin/pytest -n 2 -q -m spared --ignore=tests/browser
