# The front door. The work is in CMake and tools/.
.PHONY: all dev fast clean
all: ; @cmake --preset release -DLPM_TESTS=OFF >/dev/null && cmake --build --preset release && ln -sf release/lpm build/lpm
dev: ; @cmake --preset dev >/dev/null && cmake --build --preset dev
fast: dev ; @ctest --test-dir build/dev -L fast --output-on-failure -j2
clean: ; rm -rf build
