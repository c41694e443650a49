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

// The character at `i` if it is three or four bytes long, as the invisible ones are (and U+061C,
// two); 0 otherwise.
char32_t wide_character_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) -> char32_t {
    return k < text.size() ? static_cast<unsigned char>(text[k]) : 0;
  };
  const char32_t lead = byte(i);
  if ((lead & 0xE0) == 0xC0) return (lead & 0x1F) << 6 | (byte(i + 1) & 0x3F);
  if ((lead & 0xF0) == 0xE0) {
    return (lead & 0x0F) << 12 | (byte(i + 1) & 0x3F) << 6 | (byte(i + 2) & 0x3F);
  }
  if ((lead & 0xF8) == 0xF0) {
    return (lead & 0x07) << 18 | (byte(i + 1) & 0x3F) << 12 | (byte(i + 2) & 0x3F) << 6 |
           (byte(i + 3) & 0x3F);
  }
  return 0;
}

bool has_invisible_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < 0xC0) continue;
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
