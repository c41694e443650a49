/* Stands in for the libraries that Debian's libcurl.a refers to and has no archive of. lpm speaks http and https
 * only, with no Kerberos, cookies or SSH, so none of this is reached but what curl asks when it starts or tells
 * its version. Functions whose answer matters are written here; cmake/http_library.cmake adds the rest below. */
#include <stdlib.h>
#include <string.h>

enum { GSS_FAILURE = 13 << 16 }; /* GSS_S_FAILURE: 0 would mean success */
enum { IDN_REFUSED = -1 };

/* Host names beyond ASCII are refused, not looked up as they are. */
int idn2_lookup_ul(void) { return IDN_REFUSED; }
const char* idn2_check_version(const char* wanted) { (void)wanted; return "none"; }

const char* psl_get_version(void) { return "none"; }
const char* libssh2_version(int wanted) { (void)wanted; return "none"; }
int libssh2_init(int flags) { (void)flags; return 0; } /* else curl_global_init fails */

void* GSS_C_NT_HOSTBASED_SERVICE;

/* curl_version() prints what this fills in, checked or not. */
struct ldap_api_info {
  int info_version, api_version, protocol_version;
  char** extensions;
  char* vendor_name;
  int vendor_version;
};
int ldap_get_option(void* handle, int option, void* value) {
  (void)handle;
  (void)option;
  struct ldap_api_info* answer = value;
  answer->extensions = NULL;
  answer->vendor_name = strdup("none");
  answer->vendor_version = 0;
  return 0;
}
void ldap_memfree(void* memory) { free(memory); }
void ber_memvfree(void** memory) { (void)memory; }

#define LPM_STUB(name, answer) \
  long name(void);             \
  long name(void) { return answer; }
