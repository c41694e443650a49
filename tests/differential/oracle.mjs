// Shared by the case generators: npm's own packages, a seeded random source, and the row format.
//
// A row is a line of fields separated by tabs. Inside a field `\` is `\\`, tab `\t`, line feed `\n`, carriage
// return `\r`, NUL `\0`. A field that is a lone `-` means "nothing"; a literal text `-` is `\-`.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

export function npmPackages() {
  const root = process.env.NPM_PACKAGES ||
    path.join(execFileSync('npm', ['root', '-g'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
      'npm', 'node_modules');
  const require = createRequire(path.join(root, 'index.js'));
  return (name) => require(name);
}

// mulberry32: small, seedable, the same everywhere.
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(n) {
    return Math.floor(this.next() * n);
  }
  chance(p) {
    return this.next() < p;
  }
  pick(list) {
    return list[this.below(list.length)];
  }
  // [[weight, value or function], ...]
  weighted(table) {
    let left = this.next() * table.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of table) {
      left -= weight;
      if (left < 0) return typeof value === 'function' ? value() : value;
    }
    const last = table[table.length - 1][1];
    return typeof last === 'function' ? last() : last;
  }
  // Text with a few characters inserted, removed, doubled or swapped.
  mutate(text, alphabet) {
    let chars = [...text];
    for (let i = 1 + this.below(3); i > 0; --i) {
      const at = this.below(chars.length + 1);
      switch (this.below(4)) {
        case 0: chars.splice(at, 0, this.pick(alphabet)); break;
        case 1: chars.splice(at, 1); break;
        case 2: if (at < chars.length) chars.splice(at, 0, chars[at]); break;
        default: if (at + 1 < chars.length) [chars[at], chars[at + 1]] = [chars[at + 1], chars[at]];
      }
    }
    return chars.join('');
  }
}

const escape = (field) =>
  field === null || field === undefined ? '-'
    : String(field).replace(/[\\\t\n\r\0]/g, (c) => ({ '\0': '\\0', '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c])
      .replace(/^-$/, '\\-');

export const row = (...fields) => fields.map(escape).join('\t') + '\n';
