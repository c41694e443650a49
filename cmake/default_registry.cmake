# The default registry comes in from outside: LPM_DEFAULT_REGISTRY, else what npm is configured with.
set(LPM_DEFAULT_REGISTRY "$ENV{LPM_DEFAULT_REGISTRY}" CACHE STRING "Registry used when nothing else is configured")
if(NOT LPM_DEFAULT_REGISTRY)
  execute_process(COMMAND npm config get registry WORKING_DIRECTORY / OUTPUT_VARIABLE registry
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  if(status EQUAL 0 AND registry MATCHES "^https?://")
    string(REGEX REPLACE "^(https?://)[^/@]*@" "\\1" registry "${registry}")
    set(LPM_DEFAULT_REGISTRY "${registry}" CACHE STRING "Registry used when nothing else is configured" FORCE)
  endif()
endif()
if(NOT LPM_DEFAULT_REGISTRY MATCHES "^https?://[^/]+")
  message(FATAL_ERROR "No default registry: pass -DLPM_DEFAULT_REGISTRY=URL, or install npm and run `npm config set registry URL`.")
endif()
if(NOT LPM_DEFAULT_REGISTRY MATCHES "/$")
  string(APPEND LPM_DEFAULT_REGISTRY "/")
endif()
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/config/builtin_registry.cpp PROPERTIES
                            COMPILE_DEFINITIONS "LPM_DEFAULT_REGISTRY=\"${LPM_DEFAULT_REGISTRY}\"")
