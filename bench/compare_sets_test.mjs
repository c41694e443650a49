// compare_sets.mjs must see each kind of wrong choice of ours, whatever rule there is for the name: a good pair of lockfiles,
// spoilt in one way at a time.
//
// usage: node compare_sets_test.mjs
import assert from 'node:assert';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const here = path.dirname(new URL(import.meta.url).pathname);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-sets-'));
process.on('exit', () => fs.rmSync(work, { recursive: true, force: true }));

const integrity = (n) => 'sha512-' + Buffer.alloc(64, n).toString('base64');
// `exact` wants low@1.0.0; `loose`, below `exact` as well, wants any low: the place where another tool reuses 1.0.0.
const registry = {
  exact: { '1.0.0': { dependencies: { low: '1.0.0', loose: '^1.0.0' } } },
  loose: { '1.0.0': { dependencies: { low: '^1.0.0' } }, '1.0.1': { dependencies: { low: '^1.0.0' } } },
  low: { '1.0.0': {}, '1.2.0': {}, '1.4.0': {}, '2.0.0': {} },
  plugin: { '1.0.0': { peerDependencies: { low: '*' } } },
  kit: { '1.0.0': { dependencies: { plugin: '^1.0.0', low: '^2.0.0' }, optionalDependencies: { extra: '^1.0.0' } } },
  extra: { '1.0.0': {} },
  old: { '1.0.0': {}, '1.1.0': { deprecated: 'broken' } },
};
fs.mkdirSync(path.join(work, 'store/abbr'), { recursive: true });
for (const [name, versions] of Object.entries(registry)) {
  const list = Object.keys(versions);
  const doc = { name, 'dist-tags': { latest: list.at(-1) }, versions: {} };
  for (const [i, version] of list.entries()) doc.versions[version] = { name, version, ...versions[version], dist: { integrity: integrity(i) } };
  fs.writeFileSync(path.join(work, 'store/abbr', name + '.json'), JSON.stringify(doc));
}

const manifest = { name: 'app', dependencies: { exact: '^1.0.0', kit: '^1.0.0', old: '^1.0.0' } };
const ours = `lockfile = 1

[resolution]
node = "20.0.0"

[importers."."]
dependencies.exact = { spec = "^1.0.0", to = "1.0.0" }
dependencies.kit = { spec = "^1.0.0", to = "1.0.0" }
dependencies.old = { spec = "^1.0.0", to = "1.0.0" }

[packages."exact@1.0.0"]
dependencies.loose = "1.0.1"
dependencies.low = "1.0.0"

[packages."extra@1.0.0"]

[packages."kit@1.0.0"]
dependencies.low = "2.0.0"
dependencies.plugin = "1.0.0(low@2.0.0)"
optionalDependencies.extra = "1.0.0"

[packages."loose@1.0.1"]
dependencies.low = "1.4.0"

[packages."low@1.0.0"]
integrity = "${integrity(0)}"

[packages."low@1.4.0"]
integrity = "${integrity(2)}"

[packages."low@2.0.0"]
integrity = "${integrity(3)}"

[packages."old@1.0.0"]

[packages."plugin@1.0.0(low@2.0.0)"]
dependencies.low = "2.0.0"
peerDependencies.low = "*"
`;
const theirs = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      exact:
        specifier: ^1.0.0
        version: 1.0.0
      kit:
        specifier: ^1.0.0
        version: 1.0.0
      old:
        specifier: ^1.0.0
        version: 1.1.0

packages:

  low@1.0.0:
    resolution: {integrity: sha512-x}

snapshots:

  exact@1.0.0:
    dependencies:
      loose: 1.0.1
      low: 1.0.0

  extra@1.0.0: {}

  kit@1.0.0:
    dependencies:
      low: 2.0.0
      plugin: 1.0.0(low@2.0.0)
    optionalDependencies:
      extra: 1.0.0

  loose@1.0.1:
    dependencies:
      low: 1.0.0

  low@1.0.0: {}

  low@2.0.0: {}

  old@1.1.0: {}

  plugin@1.0.0(low@2.0.0):
    dependencies:
      low: 2.0.0
`;

function compare(ourText, theirText) {
  for (const [folder, file, text] of [['ours', 'lpm.lock', ourText], ['theirs', 'pnpm-lock.yaml', theirText]]) {
    fs.mkdirSync(path.join(work, folder), { recursive: true });
    fs.writeFileSync(path.join(work, folder, 'package.json'), JSON.stringify(manifest));
    fs.writeFileSync(path.join(work, folder, file), text);
  }
  const ran = spawnSync(process.execPath,
    [path.join(here, 'compare_sets.mjs'), path.join(work, 'ours'), path.join(work, 'theirs'), '--store', path.join(work, 'store'), '--json'],
    { encoding: 'utf8' });
  assert.ok(ran.stdout, ran.stderr);
  return { status: ran.status, ...JSON.parse(ran.stdout) };
}
function spoilt(text, ...changes) {
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `nothing to spoil: ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

const good = compare(ours, theirs);
assert.deepStrictEqual([good.status, good.unclassified, good.wrong], [0, 0, []], JSON.stringify(good));
assert.deepStrictEqual(good.byRule, { unification: 1, deprecated: 1 });

// What lpm could get wrong.
const mistakes = {
  'another version in range': [['low = "1.4.0"', 'low = "1.2.0"'], ['"low@1.4.0"', '"low@1.2.0"'], [integrity(2), integrity(1)]],
  'the version that pnpm has': [['[packages."loose@1.0.1"]\ndependencies.low = "1.4.0"', '[packages."loose@1.0.1"]\ndependencies.low = "1.0.0"'],
    [`[packages."low@1.4.0"]\nintegrity = "${integrity(2)}"\n\n`, '']],
  'a version out of range': [['low = "1.4.0"', 'low = "2.0.0"'], [`[packages."low@1.4.0"]\nintegrity = "${integrity(2)}"\n\n`, '']],
  'a version that was never published': [['low = "1.4.0"', 'low = "1.9.0"'], ['"low@1.4.0"', '"low@1.9.0"']],
  'a package that was never published': [['old', 'odd']],
  'another version of a direct dependency': [['dependencies.old = { spec = "^1.0.0", to = "1.0.0" }', 'dependencies.old = { spec = "^1.0.0", to = "1.1.0" }'],
    ['"old@1.0.0"', '"old@1.1.0"']],
  'an edge is missing': [['dependencies.loose = "1.0.1"\n', '']],
  'an edge of the project is missing': [['dependencies.old = { spec = "^1.0.0", to = "1.0.0" }\n', '']],
  'an optional edge is open': [['extra = "1.0.0"', 'extra = ""'], ['[packages."extra@1.0.0"]\n\n', '']],
  'an edge too many': [['[packages."extra@1.0.0"]\n', '[packages."extra@1.0.0"]\ndependencies.low = "2.0.0"\n']],
  'an edge leads nowhere': [['[packages."low@1.0.0"]\n', '[packages."low@1.0.1"]\n']],
  'nothing leads to a package': [['[packages."old@1.0.0"]\n', '[packages."old@1.0.0"]\n\n[packages."old@1.1.0"]\n']],
  'the bytes of another version': [[integrity(2), integrity(1)]],
  'a peer from the wrong place': [['plugin@1.0.0(low@2.0.0)"]\ndependencies.low = "2.0.0"', 'plugin@1.0.0(low@2.0.0)"]\ndependencies.low = "1.4.0"']],
  'a peer is missing': [['plugin@1.0.0(low@2.0.0)"]\ndependencies.low = "2.0.0"', 'plugin@1.0.0(low@2.0.0)"]']],
};
for (const [what, changes] of Object.entries(mistakes)) {
  const result = compare(spoilt(ours, ...changes), theirs);
  assert.strictEqual(result.status, 1, `not seen: ${what}: ${JSON.stringify(result)}`);
  assert.ok(result.wrong.length > 0, `seen, but not as a mistake of ours: ${what}`);
}

// Differences that no rule explains.
const riddles = {
  'a lower version that nobody else wants': [['      low: 1.0.0\n\n  low@1.0.0', '      low: 1.2.0\n\n  low@1.2.0: {}\n\n  low@1.0.0']],
  'a version out of range': [['  loose@1.0.1:\n    dependencies:\n      low: 1.0.0', '  loose@1.0.1:\n    dependencies:\n      low: 2.0.0']],
  'a lower version of a direct dependency': [['loose: 1.0.1', 'loose: 1.0.0'], ['loose@1.0.1', 'loose@1.0.0']],
};
for (const [what, changes] of Object.entries(riddles)) {
  const result = compare(ours, spoilt(theirs, ...changes));
  assert.strictEqual(result.status, 1, `not seen: ${what}: ${JSON.stringify(result)}`);
  assert.deepStrictEqual(result.wrong, [], what);
}
console.log(`compare_sets: ok, ${Object.keys(mistakes).length + Object.keys(riddles).length} mistakes seen`);
