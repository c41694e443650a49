#include "security/raw_text_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "security/rules.h"

namespace lpm::security {
namespace {

struct Span {
  char32_t first;
  char32_t last;
};

// Zero-width characters and marks that turn the direction of writing. Variation selectors are not
// here: emoji have them.
constexpr std::array kInvisible = {
    Span{0x061C, 0x061C}, Span{0x200B, 0x200F}, Span{0x202A, 0x202E},   Span{0x2060, 0x2064},
    Span{0x2066, 0x2069}, Span{0xFEFF, 0xFEFF}, Span{0xE0000, 0xE007F},
};

bool is_invisible(char32_t c) {
  return std::any_of(kInvisible.begin(), kInvisible.end(),
                     [c](Span span) { return c >= span.first && c <= span.last; });
}

// The character of two to four bytes at `i`, as the invisible ones are; 0 when there is none.
char32_t wide_character_at(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || lead >= 0xF8 || i + length > text.size()) return 0;
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    const auto next = static_cast<unsigned char>(text[i + k]);
    if ((next & 0xC0U) != 0x80U) return 0;
    code = code << 6 | (next & 0x3FU);
  }
  return code;
}

bool has_invisible_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_invisible(wide_character_at(text, i))) return true;
  }
  return false;
}

struct Literal {
  std::string_view text;  // lower case
  std::string_view rule;
};

constexpr std::array kLiterals = {
    Literal{"invoke-expression", "powershell-code"},
    Literal{"frombase64string", "powershell-code"},
    Literal{"add-mppreference", "defender-exclusion"},
    Literal{"set-mppreference", "defender-exclusion"},
    Literal{"/dev/tcp/", "network-shell"},
    Literal{"/dev/udp/", "network-shell"},
};

// What a shell takes out before it looks at words: PowerShell's and cmd's escapes, quotes.
std::string without_escapes(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  for (char c : text) {
    if (c != '`' && c != '^' && c != '"' && c != '\'' && c != '\\') kept.push_back(c);
  }
  return to_lower_ascii(kept);
}

}  // namespace

std::vector<Evidence> find_in_raw_text(std::string_view command) {
  std::vector<Evidence> found;
  if (has_invisible_text(command)) found.push_back(evidence_of("invisible-text", command));
  const std::string plain = without_escapes(command);
  for (const Literal& literal : kLiterals) {
    if (plain.find(literal.text) != std::string::npos) {
      found.push_back(evidence_of(literal.rule, literal.text));
    }
  }
  return found;
}

}  // namespace lpm::security
