// Rows about package names and platforms, answered by npm's `validate-npm-package-name` and `npm-install-checks`:
//   name      text  valid for new packages  valid for old packages  number of problems
//   platform  os    cpu   libc  os list  cpu list  libc list  admitted     lists: entries and blanks, `-` is none
import { row } from './oracle.mjs';

const ALPHABET = [...'abzAZ019._-~@/!*()\'" %:?#\\', '..', '\u00a0', 'é', '\t', '\n'];

const NASTY = ['', ' ', '.', '..', '...', '-', '_', 'a', 'A', '1', '@', '@/', '@a', '@a/', '@/a', '@a/b', '@a/b/c', 'a/b', '@a/.b', '@.a/b', '@../b',
  '@a/..', '@a/_b', '@a/-b', '@_a/b', '@-a/b', '@a@b/c', '@@a/b', 'a@b', '.a', '_a', '-a', ' a', 'a ', 'a b', '\ta', 'a\n', 'a\u0000b', 'node_modules',
  'Node_Modules', 'favicon.ico', 'FAVICON.ICO', '@a/node_modules', 'node_modules.', 'http', 'HTTP', 'fs', 'fs/promises', 'node:fs', 'node:sqlite', '_http_agent',
  'assert/strict', '@types/node', 'process', 'Buffer', 'JSONStream', 'lodash', 'left-pad', 'a'.repeat(214), 'a'.repeat(215), '@a/' + 'b'.repeat(211),
  '@a/' + 'b'.repeat(212), 'a~b', "a'b", 'a!b', 'a(b)', 'a*b', '~', '~a', '!', '*', '()', '@~/a', '@a/~', '@a!/b', 'a+b', 'a%20b', 'a%2fb', 'a:b', 'a;b', 'a,b',
  'a\\b', '..\\a', 'C:\\a', '/a', '//a', '/etc/passwd', '../a', '@a/../b', './a', '~/a', 'a/..', 'é', 'aé', '\u202ea', 'a\ud83d\ude00', 'constructor', '__proto__',
  'hasOwnProperty', 'index.js', 'package.json', '@a/b@1', 'a?', 'a#', 'a[b]', 'a{b}', 'a|b', 'a`b', 'a"b', 'a$b', 'a&b', 'a=b', 'a<b', 'a>b', 'a^b'];

export function writeNameCases({ npm, random, write, scaled }) {
  const validate = npm('validate-npm-package-name');
  const { checkPlatform } = npm('npm-install-checks');
  const writeName = (text) => {
    const verdict = validate(text);
    write(row('name', text, Number(verdict.validForNewPackages), Number(verdict.validForOldPackages)));
  };
  NASTY.forEach(writeName);
  const word = () => Array.from({ length: 1 + random.below(8) }, () => random.pick(['a', 'b', 'z', '-', '.', '_', '0', 'A', 'js'])).join('');
  for (let i = scaled(4000); i > 0; --i) {
    const name = random.chance(0.3) ? `@${word()}/${word()}` : word();
    writeName(random.chance(0.5) ? random.mutate(random.chance(0.3) ? random.pick(NASTY) : name, ALPHABET) : name);
  }

  const values = { os: ['linux', 'darwin', 'win32', 'freebsd'], cpu: ['x64', 'arm64', 'ia32', 'arm'], libc: ['glibc', 'musl'] };
  const entry = (kind) => (random.chance(0.35) ? '!' : '') + random.weighted([[20, () => random.pick(values[kind])], [1, 'any'], [1, '']]);
  const list = (kind) => (random.chance(0.35) ? null : Array.from({ length: 1 + random.below(4) }, () => entry(kind)));
  for (let i = scaled(6000); i > 0; --i) {
    const os = random.pick(values.os);
    const cpu = random.pick(values.cpu);
    // npm knows a libc on Linux only; elsewhere it asks nobody.
    const libc = os === 'linux' ? random.pick(values.libc) : '';
    const target = { os: list('os'), cpu: list('cpu'), libc: list('libc') };
    let admitted = 1;
    try {
      checkPlatform(target, false, { os, cpu, libc });
    } catch {
      admitted = 0;
    }
    const text = (entries) => (entries ? entries.join(' ') : null);
    write(row('platform', os, cpu, libc, text(target.os), text(target.cpu), text(target.libc), admitted));
  }
  return 'names and platforms';
}
