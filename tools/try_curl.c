/* Linked at configure time to see whether libcurl.a closes. */
#include <curl/curl.h>

int main(void) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return 1;
  return curl_version() == NULL || curl_easy_init() == NULL || curl_multi_init() == NULL;
}
