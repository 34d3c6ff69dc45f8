# Two commands on a new machine: `make demo` and `make test`. Python 3.11+, make, a package index.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
  BIN := $(VENV)/Scripts
else
  BIN := $(VENV)/bin
endif
TODAY := 2026-11-20

.PHONY: demo test slow check laws year fuzz lossless bench evidence examples docs pictures layouts clean

demo: $(VENV)/installed
	$(BIN)/shopcrm segment --policy examples/shop/shop.toml --today $(TODAY) --force -o examples/shop/结果/客户分层.xlsx
	$(BIN)/shopcrm callbacks --policy examples/shop/shop.toml --today $(TODAY) --force -o examples/shop/结果/回访.xlsx
	$(BIN)/shopcrm export qianniu --policy examples/shop/shop.toml --today $(TODAY) --force -o examples/shop/结果/千牛

# Tests keep their bytecode, also where that is forbidden: those that follow start seconds sooner.
test slow laws: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

# Laws once more in ways that take their time: every change, language, command and office.
slow: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m slow

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The property tests with twenty times the examples.
laws: $(VENV)/installed-dev
	LAWS=20 $(BIN)/python -m pytest -n auto --dist worksteal -q -m hypothesis

# Twenty shops of 1,000 customers play a year of contacts (ten minutes on two cores).
year: $(VENV)/installed-dev
	$(BIN)/python -m tests.contacts.year --seeds 20 --customers 1000

# 2,000 files with something wrong in them: each gives a result or one clear error (minutes, Linux).
fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz.run --files 2000

# The owner's workbook with new columns, part by part: what changed, and that nothing else did.
lossless: $(VENV)/installed-dev
	$(BIN)/python -m tests.outputs.enriched.lossless

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/bench.py

# What the forecasts are worth out of time: make evidence DATA=FOLDER, see docs/evidence.md.
evidence: $(VENV)/installed-dev
	$(BIN)/python benchmarks/evidence.py $(DATA) --write

examples: $(VENV)/installed-dev
	$(BIN)/python examples/make_shop.py

# The generated parts of README*.md and docs/*.md.
docs: $(VENV)/installed-dev
	$(BIN)/python docs/generate.py

# The pictures of the workbook in docs/pictures (LibreOffice and poppler).
pictures: $(VENV)/installed-dev
	$(BIN)/python -m docs.pictures

# Every header list that is known, changed in every way a platform changes it: docs/layouts.md.
layouts: $(VENV)/installed-dev
	$(BIN)/python docs/generate.py layouts

# Bytecode is written at once: some machines forbid it later, and then every start takes seconds.
$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q $(VENV) shopcrm || true
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --group dev
	$(BIN)/python -m compileall -q $(VENV) || true
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
