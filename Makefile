# The two commands of the README, and four more. Each installs what is missing, builds, and runs.
MAKEFLAGS += --no-print-directory
JOBS ?= $(shell nproc)

.PHONY: demo test bench asan tsan dependencies clean

demo: dependencies
	cmake --preset release -DTERCET_TESTS=OFF -DTERCET_BENCH=OFF
	cmake --build build --parallel $(JOBS)
	examples/demo.sh

test:
	@scripts/install-dependencies.sh test
	cmake --preset release -DTERCET_TESTS=ON -DTERCET_BENCH=ON
	cmake --build build --parallel $(JOBS)
	ctest --preset release --parallel $(JOBS)

bench: dependencies
	@scripts/install-dependencies.sh bench || echo "tercet: carrying on; what needs the missing packages is left out"
	cmake --preset release -DTERCET_BENCH=ON
	cmake --build build --parallel $(JOBS)
	build/bench/soundness
	bench/speed.sh
	bench/ratios.sh

asan: dependencies
	cmake --preset asan-ubsan
	cmake --build --preset asan-ubsan --parallel $(JOBS)
	ctest --preset asan-ubsan --parallel $(JOBS)

tsan: dependencies
	cmake --preset tsan
	cmake --build --preset tsan --parallel $(JOBS)
	ctest --preset tsan --parallel $(JOBS)

dependencies:
	@scripts/install-dependencies.sh

clean:
	rm -rf build build-debug build-asan-ubsan build-tsan build-clang build-clang-19
