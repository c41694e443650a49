# simdjson, from the npm package that third_party/sources.toml names: one object library, own warnings off.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(DEFINED ENV{LPM_THIRD_PARTY_CACHE})
  set(default_cache "$ENV{LPM_THIRD_PARTY_CACHE}")
else()
  set(default_cache "${CMAKE_SOURCE_DIR}/build/third_party")
endif()
set(LPM_THIRD_PARTY_CACHE "${default_cache}" CACHE PATH "Folder of fetched third-party sources")
execute_process(COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/fetch_third_party.py
                        --cache ${LPM_THIRD_PARTY_CACHE} simdjson
                RESULT_VARIABLE status OUTPUT_VARIABLE simdjson_folder ERROR_VARIABLE problem
                OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "simdjson cannot be fetched.\n${problem}")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/third_party/sources.toml)

add_library(simdjson STATIC ${simdjson_folder}/src/simdjson.cpp)
target_include_directories(simdjson SYSTEM PUBLIC ${simdjson_folder}/src)
target_compile_definitions(simdjson PUBLIC SIMDJSON_EXCEPTIONS=0 SIMDJSON_DEVELOPMENT_CHECKS=0)
# Optimised in every build type: a debug build of it is thirty times slower and tells us nothing.
target_compile_options(simdjson PRIVATE -w -O2)
