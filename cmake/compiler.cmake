# Warnings, sanitizers, static linking of the C++ runtime, reproducible paths.
find_program(LPM_CCACHE ccache)
if(LPM_CCACHE)
  get_filename_component(parent ${CMAKE_SOURCE_DIR} DIRECTORY)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${parent} CCACHE_NOHASHDIR=1 ${LPM_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_compile_options(-Wall -Wextra -Wpedantic $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
# Only release builds are reproducible to the byte: the mapping would keep ccache from sharing between work trees.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
endif()
add_compile_definitions(_FILE_OFFSET_BITS=64)

set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

# Position-dependent: no relocations to apply when the process starts.
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
add_compile_options(-fno-pie)

if(LPM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(LPM_SANITIZE)
  add_compile_options(-fsanitize=${LPM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-no-pie -fsanitize=${LPM_SANITIZE})
else()
  add_link_options(-no-pie -static-libstdc++ -static-libgcc)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT LPM_SANITIZE)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT LPM_IPO LANGUAGES CXX)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${LPM_IPO})
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
endif()
