// What the project's own rules say, whatever they are about.
#pragma once

#include "resolver/extensions.h"
#include "resolver/overrides.h"
#include "resolver/peer_rules.h"

namespace lpm::resolver {

struct Rules {
  Overrides overrides;
  Extensions extensions;
  PeerRules peers;

  // BAD_OVERRIDE, BAD_RULE.
  static Result<Rules> parse(const manifest::Manifest& root) {
    Rules rules;
    LPM_TRY_ASSIGN(rules.overrides, Overrides::parse(root));
    LPM_TRY_ASSIGN(rules.extensions, Extensions::parse(root));
    LPM_TRY_ASSIGN(rules.peers, PeerRules::parse(root));
    return rules;
  }
};

}  // namespace lpm::resolver
