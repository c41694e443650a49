# libcurl, static: linked the ordinary way it brings 25 shared libraries and 5 ms to the start of every command.
# Debian's archive refers to libraries that it has no archive of (LDAP, Kerberos, RTMP, SSH, IDN, PSL); stubs close
# the link (docs/decisions/0003-http-client.md). When the link does not close, the shared libcurl is used.
option(LPM_STATIC_NET "Link libcurl and OpenSSL statically" ON)
find_package(CURL REQUIRED)
find_package(Threads REQUIRED)
add_library(lpm_http_library INTERFACE)

# Writes one stub for each symbol that `archive` needs from the libraries without an archive, except for those
# that tools/curl_stubs.c answers by hand.
function(lpm_write_curl_stubs archive output)
  execute_process(COMMAND ${CMAKE_NM} -u ${archive} OUTPUT_VARIABLE symbols ERROR_QUIET)
  string(REGEX MATCHALL "U (gss_|GSS_|ldap_|ber_|RTMP_|libssh2_|idn2_|psl_)[A-Za-z0-9_]+" symbols "${symbols}")
  list(TRANSFORM symbols REPLACE "^U " "")
  list(REMOVE_DUPLICATES symbols)
  list(SORT symbols)
  file(READ ${CMAKE_SOURCE_DIR}/tools/curl_stubs.c by_hand)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/curl_stubs.c)
  set(text "#include \"${CMAKE_SOURCE_DIR}/tools/curl_stubs.c\"\n")
  foreach(symbol IN LISTS symbols)
    if(by_hand MATCHES "[ *]${symbol}[(;]")
      continue()
    elseif(symbol MATCHES "^gss_")
      string(APPEND text "LPM_STUB(${symbol}, GSS_FAILURE)\n")
    else()
      string(APPEND text "LPM_STUB(${symbol}, 0)\n")
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY)  # written only when it differs
endfunction()

set(net_archives)
if(LPM_STATIC_NET)
  foreach(name curl nghttp2 ssl crypto zstd brotlidec brotlicommon z)
    find_library(LPM_ARCHIVE_${name} NAMES lib${name}.a)
    list(APPEND net_archives ${LPM_ARCHIVE_${name}})
  endforeach()
endif()

set(static_net OFF)
if(net_archives AND NOT net_archives MATCHES "NOTFOUND")
  set(stubs ${CMAKE_BINARY_DIR}/generated/curl_stubs.c)
  lpm_write_curl_stubs(${LPM_ARCHIVE_curl} ${stubs})
  try_compile(LPM_STATIC_NET_LINKS ${CMAKE_BINARY_DIR}/generated/try_static_net
              SOURCES ${CMAKE_SOURCE_DIR}/tools/try_curl.c ${stubs}
              LINK_LIBRARIES ${net_archives} Threads::Threads ${CMAKE_DL_LIBS})
  set(static_net ${LPM_STATIC_NET_LINKS})
endif()

if(static_net)
  add_library(lpm_curl_stubs STATIC ${stubs})
  set_target_properties(lpm_curl_stubs PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
  target_link_libraries(lpm_http_library INTERFACE ${LPM_ARCHIVE_curl} lpm_curl_stubs ${LPM_ARCHIVE_nghttp2}
                        static_ssl static_crypto ${LPM_ARCHIVE_zstd} ${LPM_ARCHIVE_brotlidec}
                        ${LPM_ARCHIVE_brotlicommon} static_zlib Threads::Threads ${CMAKE_DL_LIBS})
else()
  if(LPM_STATIC_NET)
    message(WARNING "libcurl does not link statically here: the shared one is used, and every command starts 5 ms later")
  endif()
  # One OpenSSL in the process: the shared one that libcurl.so brings.
  set_target_properties(static_crypto PROPERTIES INTERFACE_LINK_LIBRARIES OpenSSL::Crypto)
  target_link_libraries(lpm_http_library INTERFACE CURL::libcurl OpenSSL::SSL OpenSSL::Crypto)
endif()
