# tree-sitter's core and its JavaScript grammar, from the npm packages that third_party/sources.toml names: C, own
# warnings off. The module `security` reads scripts of packages with them.
function(lpm_fetched_source name variable)
  execute_process(COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/fetch_third_party.py
                          --cache ${LPM_THIRD_PARTY_CACHE} ${name}
                  RESULT_VARIABLE status OUTPUT_VARIABLE folder ERROR_VARIABLE problem OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${name} cannot be fetched.\n${problem}")
  endif()
  set(${variable} ${folder} PARENT_SCOPE)
endfunction()

lpm_fetched_source(tree-sitter core)
lpm_fetched_source(tree-sitter-javascript javascript)
set(core ${core}/vendor/tree-sitter/lib)
add_library(tree_sitter STATIC ${core}/src/lib.c ${javascript}/src/parser.c ${javascript}/src/scanner.c)
target_include_directories(tree_sitter SYSTEM PUBLIC ${core}/include PRIVATE ${core}/src ${javascript}/src)
target_compile_definitions(tree_sitter PRIVATE _DEFAULT_SOURCE _POSIX_C_SOURCE=200809L)
# Optimised in every build type, as simdjson.
target_compile_options(tree_sitter PRIVATE -w -O2)
# It calls a grammar's functions through pointers of another type.
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  target_compile_options(tree_sitter PRIVATE -fno-sanitize=function)
endif()
set_target_properties(tree_sitter PROPERTIES C_STANDARD 11)
