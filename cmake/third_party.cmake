# Libraries: C ones static where Debian has the archive, no C++ shared library at all (docs/decisions/0002).
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)

function(lpm_static_library target archive)
  find_library(${target}_PATH NAMES lib${archive}.a REQUIRED)
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE ${${target}_PATH})
endfunction()

lpm_static_library(static_crypto crypto)
lpm_static_library(static_ssl ssl)
lpm_static_library(static_zlib z)
lpm_static_library(static_deflate deflate)
lpm_static_library(static_yaml yaml)

add_library(fmt INTERFACE)
target_compile_definitions(fmt INTERFACE FMT_HEADER_ONLY=1)

add_library(lpm_crypto_library INTERFACE)
target_link_libraries(lpm_crypto_library INTERFACE static_crypto ${CMAKE_DL_LIBS})

add_library(lpm_compression INTERFACE)
target_link_libraries(lpm_compression INTERFACE static_deflate static_zlib ${CMAKE_DL_LIBS})

add_library(toml INTERFACE)
target_compile_definitions(toml INTERFACE TOML_HEADER_ONLY=1)

add_library(xxhash INTERFACE)
target_compile_definitions(xxhash INTERFACE XXH_INLINE_ALL)

include(cmake/http_library.cmake OPTIONAL RESULT_VARIABLE have_http)
if(NOT have_http)
  add_library(lpm_http_library INTERFACE)
endif()
include(cmake/simdjson.cmake OPTIONAL RESULT_VARIABLE have_simdjson)
if(NOT have_simdjson)
  add_library(simdjson INTERFACE)
endif()
include(cmake/tree_sitter.cmake)
