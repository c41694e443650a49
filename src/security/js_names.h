// Names of Node that are known to be harmless, and those that lead somewhere.
#pragma once

#include <string_view>

namespace lpm::security {

bool is_harmless_global(std::string_view name);
bool is_code_name(std::string_view name);     // eval, Function, WebAssembly
bool is_network_name(std::string_view name);  // fetch, WebSocket
bool is_loader_name(std::string_view name);   // globalThis, Reflect: everything can be had of them
// Properties that lead from any value to code or to the loader, whatever the value is.
bool is_loader_property(std::string_view name);
bool is_harmless_of_process(std::string_view property);
bool is_harmless_of_object(std::string_view property);

bool is_harmless_module(std::string_view module);
bool is_network_module(std::string_view module);

bool is_reading_function(std::string_view function);  // of fs
bool is_plain_write(std::string_view function);       // of fs, whose first argument is the target
bool is_data_file(std::string_view path);             // nothing that anybody would run
bool is_process_starter(std::string_view function);   // of child_process

}  // namespace lpm::security
