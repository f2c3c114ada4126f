# figurehouse. `make run` does everything from nothing; it needs Python 3.11 or newer, make and git.

PYTHON ?= python3
ARTICLES ?= ingest/articles
WAREHOUSE ?= warehouse/figurehouse.duckdb
HTML ?= warehouse/report.html
TO ?= warehouse/parquet
export WAREHOUSE

VENV := .venv
BIN := $(VENV)/bin
# What the environment was made from; it is made again when a lock file changes.
RUN_ENV := $(VENV)/run.lock
DEV_ENV := $(VENV)/dev.lock
CLIENTS_ENV := $(VENV)/clients.lock
HTML_ENV := $(VENV)/html.lock

# Superset pins much of what it needs, so it lives apart.
BI_VENV := .venv-bi
BI_ENV := $(BI_VENV)/superset.lock
# Spark is large, and nothing else needs it.
SPARK_VENV := .venv-spark
SPARK_ENV := $(SPARK_VENV)/spark.lock
AUDIT_VENV := .venv-audit

# Nor do the peers of the benchmark agree with the tools of development.
BENCH_VENV := .venv-bench
BENCH_ENV := $(BENCH_VENV)/bench.lock

.PHONY: help run vocabulary html publish bi bench docs test test-bi test-spark test-bench scores train trust kills nightly lint audit format lock clean

help:
	@echo "make run    ingest, build, test and report  [ARTICLES=file or folder] [WAREHOUSE=file]"
	@echo "make vocabulary  check the dictionaries; words that no dictionary holds, with rows for them"
	@echo "make html   the report as one page for a browser  [WAREHOUSE=file] [HTML=file]"
	@echo "make publish  the marts as Parquet files, or into PostgreSQL  [TO=folder or postgresql://…] [READER=role]"
	@echo "make bi     Superset with the dashboard, on this machine only  [WAREHOUSE=file] [PORT=8088]"
	@echo "make bench  speed, quality and cost, into docs/performance.md  [BENCH_ARTICLES=10000]"
	@echo "make docs   dbt's documentation site, and the ER diagram of docs/schema.md"
	@echo "make test   the test suite"
	@echo "make test-bi the ways into the warehouse, with real servers and clients"
	@echo "make test-bench the benchmark on little"
	@echo "make test-spark the same marts from Apache Spark, row for row; wants Java 17 or newer"
	@echo "make scores the extraction against gold: rows wholly right, and each field"
	@echo "make train  learn how sure a reading is from first readings, into the seed and docs/quality.md"
	@echo "make trust  errors put into articles: how many the checks find, and false alarms  [ERRORS=500] [SEED=4]"
	@echo "make kills  kill runs at random points; what is published, and the next run  [KILLS=300]"
	@echo "make lint   formatting, lint, types, SQL style"
	@echo "make audit  known vulnerabilities in what the lock files hold; says so where it cannot ask"
	@echo "make format write the formatting"
	@echo "make lock   resolve the dependencies again and write the lock files"
	@echo "make clean  remove what was built, but for the warehouse"

run: $(RUN_ENV)
	@$(BIN)/python -m ingest run "$(ARTICLES)"

vocabulary: $(RUN_ENV)
	@$(BIN)/python -m ingest vocabulary

html: $(HTML_ENV)
	@$(BIN)/python -m ingest report --html "$(HTML)"

# PostgreSQL's driver is an extra of its own; Parquet needs nothing more.
publish: $(if $(filter postgres%,$(TO)),$(CLIENTS_ENV),$(RUN_ENV))
	@$(BIN)/python -m ingest publish "$(TO)" $(if $(READER),--reader "$(READER)")

bi: $(BI_ENV)
	@exec $(BI_VENV)/bin/python warehouse/superset/serve.py

# A quarter of an hour on two cores; BENCH_ARTICLES=100000 takes longer.
bench: $(BENCH_ENV)
	@$(BENCH_VENV)/bin/python -m tests.bench

docs: $(RUN_ENV)
	@$(BIN)/python -m ingest.docs

test: $(DEV_ENV)
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not nightly and not bi and not spark and not bench"

scores: $(DEV_ENV)
	$(BIN)/python -m tests.scores

# Half a minute.
train: $(DEV_ENV)
	$(BIN)/python -m tests.train

# Two builds of two thousand articles: three minutes on two cores.
trust: $(DEV_ENV)
	$(BIN)/python -m tests.trust --errors $(or $(ERRORS),500) --seed $(or $(SEED),4)

# Half an hour on two cores.
kills: $(DEV_ENV)
	$(BIN)/python -m tests.kills --kills $(or $(KILLS),300)

test-bi: $(CLIENTS_ENV) $(BI_ENV)
	BI_VENV=$(BI_VENV) $(BIN)/python -m pytest -m bi

test-bench: $(DEV_ENV) $(BENCH_ENV)
	BENCH_VENV=$(BENCH_VENV) $(BIN)/python -m pytest -m bench

test-spark: $(SPARK_ENV)
	$(SPARK_VENV)/bin/python -m pytest -m spark tests/test_spark.py

nightly: $(DEV_ENV)
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not bi and not spark and not bench"

lint: $(DEV_ENV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models warehouse/queries

# Fails where something is found, and only then: without network it says that it could not ask.
audit:
	@$(PYTHON) .ci/audit.py $(AUDIT_VENV) requirements*.lock

format: $(DEV_ENV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models warehouse/queries

# Hashes are checked, so an environment holds what the lock file says and nothing else. A lock file
# names all that its packages need, so pip has nothing to resolve; an older pip cannot, where two
# packages ask for one extra in two spellings.
PIP_INSTALL = -m pip install -qq --disable-pip-version-check --require-hashes --no-deps
INSTALL = $(BIN)/python $(PIP_INSTALL)

$(RUN_ENV): requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -r $<
	@cp $< $@

$(HTML_ENV): requirements-html.lock $(RUN_ENV)
	$(INSTALL) -r $<
	@cp $< $@

$(DEV_ENV): requirements-dev.lock $(RUN_ENV)
	$(INSTALL) -r $<
	@cp $< $@

$(CLIENTS_ENV): requirements-clients.lock $(DEV_ENV)
	$(INSTALL) -r $<
	@cp $< $@

$(BI_ENV): requirements-superset.lock
	$(PYTHON) -m venv $(BI_VENV)
	$(BI_VENV)/bin/python $(PIP_INSTALL) -r $<
	@cp $< $@

$(BENCH_ENV): requirements-bench.lock
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python $(PIP_INSTALL) -r $<
	@cp $< $@

$(SPARK_ENV): requirements-spark.lock
	$(PYTHON) -m venv $(SPARK_VENV)
	$(SPARK_VENV)/bin/python $(PIP_INSTALL) -r $<
	@cp $< $@

COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-annotate

lock: $(DEV_ENV)
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --extra html -c requirements.lock -o requirements-html.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) $(UPGRADE) --group clients -c requirements-dev.lock -o requirements-clients.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group bench -c requirements.lock -o requirements-bench.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --extra spark --group spark -c requirements-dev.lock -o requirements-spark.lock
	$(COMPILE) $(UPGRADE) --group audit -o requirements-audit.lock
	$(COMPILE) $(UPGRADE) warehouse/superset/requirements.in -o requirements-superset.lock

clean:
	rm -rf $(VENV) $(BI_VENV) $(SPARK_VENV) $(BENCH_VENV) $(AUDIT_VENV)
	rm -rf dbt_project/target dbt_project/logs warehouse/.build
	rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis
