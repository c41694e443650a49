# The front door. The work is in CMake and tools/.
.PHONY: all dev fast demo test bench grid popular check check-all format clean help
SHELL := /bin/bash
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1

all: ## release binary at build/lpm
	@tools/quiet.sh cmake --preset release -DLPM_TESTS=OFF
	@cmake --build --preset release --target lpm
	@ln -sfn release/lpm build/lpm

dev: ## debug build with tests, build/dev
	@tools/quiet.sh cmake --preset dev
	@cmake --build --preset dev

fast: dev ## the tests for habit, under a minute
	@ctest --test-dir build/dev -L fast --output-on-failure -j2

demo: ## packages, build, then a Next.js app installed and built
	@tools/install_packages.sh build
	@$(MAKE) --no-print-directory all
	@tools/demo.sh

test: ## packages, build, all tests that belong before a merge
	@tools/run_tests.sh

check: ## layers, generated documents, formatting
	@tools/check.sh

check-all: ## the long ones too: sanitizers over everything, fuzz, long tests, grid
	@tools/check_all.sh

bench: ## side by side with the peers, the table of docs/benchmarks.md
	@bench/run.sh

grid: all ## real frameworks built on what lpm installs
	@tools/grid.sh

popular: all ## popular packages against pnpm and npm, from the registry's metadata
	@test -d build/bench/peers || bench/peers.sh build/bench/peers >&2
	@bench/popular.py --lpm build/lpm --peers build/bench/peers --store build/bench/popular

format: ## clang-format over all C++ sources
	@tools/format.sh

clean:
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12
