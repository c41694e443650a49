// Compares what two tools chose for the same manifest: the sets of name@version, from installed projects or from
// lpm.lock, pnpm-lock.yaml, bun.lock, package-lock.json; and explains each difference by a rule where it can.
//
// usage: node compare_sets.mjs OURS THEIRS --store RECORDING [--json]     exit 1 when a difference has no rule
//
// Rules, tried in this order for a name whose versions differ, on the packument in the recording:
//   platform     only one side lists packages for other machines (`os`, `cpu` or `libc` excludes this one)
//   missing      the recording has no such package or version, so nothing can be said for it
//   deprecated   one side avoided a deprecated version that the other took
//   engines      one side avoided a version whose engines.node excludes this Node
//   latest       one side preferred the version that `latest` points to over a higher one
//   peer         the name is a peer dependency of a package on the side that has it: contexts and automatic peers differ
//   consequence  every package that brings the name in stands only on the side that has it
//   unification  one side kept a satisfying version that it had anyway, the other took the best for the range
// Anything else is unclassified.
import fs from 'node:fs';
import path from 'node:path';
import { execSync } from 'node:child_process';
import { createRequire } from 'node:module';

const npmRoot = path.join(execSync('npm root -g', { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim(), 'npm');
const semver = createRequire(npmRoot + '/index.js')('semver');

const args = process.argv.slice(2);
const storeAt = args.indexOf('--store');
const store = storeAt >= 0 ? args.splice(storeAt, 2)[1] : null;
const asJson = args.includes('--json');
const [oursPath, theirsPath] = args.filter((a) => !a.startsWith('--'));
if (!oursPath || !theirsPath || !store) {
  console.error('usage: node compare_sets.mjs OURS THEIRS --store RECORDING [--json]');
  process.exit(2);
}

// ---- sets: name -> set of versions

function add(set, name, version) {
  if (!set.has(name)) set.set(name, new Set());
  set.get(name).add(version);
}
function addKey(set, key) {
  const at = key.indexOf('@', 1);
  if (at > 0 && semver.valid(key.slice(at + 1))) add(set, key.slice(0, at), key.slice(at + 1));
}
function withoutContext(key) {
  const open = key.indexOf('(');
  return open < 0 ? key : key.slice(0, open);
}
// `[packages."name@version(context)"]`
function readLpmLock(text, set) {
  for (const [, key] of text.matchAll(/^\[packages\."([^"]+)"\]/gm)) addKey(set, withoutContext(key));
}
// Keys of the `packages:` map: two spaces, the key, a colon.
function readPnpmLock(text, set) {
  const section = text.split(/^packages:\n/m)[1]?.split(/^\S/m)[0] ?? '';
  for (const [, key] of section.matchAll(/^ {2}'?\/?([^\s'].*?)'?:$/gm)) addKey(set, withoutContext(key));
}
function readBunLock(text, set) {
  const lock = JSON.parse(text.replace(/,(\s*[}\]])/g, '$1'));
  for (const [id] of Object.values(lock.packages)) addKey(set, id);
}
function readPackageLock(text, set) {
  for (const [place, entry] of Object.entries(JSON.parse(text).packages)) {
    if (place && !entry.link) add(set, entry.name ?? place.split('node_modules/').pop(), entry.version);
  }
}
function readTree(folder, set, seen = new Set()) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === '.bin') continue;
    const at = path.join(folder, entry.name);
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    let real;
    try { real = fs.realpathSync(at); } catch { continue; }
    if (seen.has(real)) continue;
    seen.add(real);
    const manifest = path.join(real, 'package.json');
    const parent = path.basename(folder);
    if ((parent === 'node_modules' || parent.startsWith('@')) && fs.existsSync(manifest) && !entry.name.startsWith('.')) {
      const { name, version } = JSON.parse(fs.readFileSync(manifest, 'utf8').replace(/^\uFEFF/, ''));
      if (name && version) add(set, name, version);
    }
    // Only where packages may lie: scopes, virtual stores, nested node_modules; not the packages' own folders.
    if (entry.name.startsWith('@') || entry.name.startsWith('.') || parent.startsWith('.')) readTree(real, set, seen);
    const nested = path.join(real, 'node_modules');
    if (fs.existsSync(nested)) readTree(nested, set, seen);
  }
}
function readSet(where) {
  const set = new Map();
  let place = where;
  if (fs.statSync(where).isDirectory()) {
    const lock = ['lpm.lock', 'pnpm-lock.yaml', 'bun.lock', 'package-lock.json'].find((f) => fs.existsSync(path.join(where, f)));
    if (!lock) {
      readTree(path.join(where, 'node_modules'), set);
      return set;
    }
    place = path.join(where, lock);
  }
  const text = fs.readFileSync(place, 'utf8');
  const readers = { 'lpm.lock': readLpmLock, 'pnpm-lock.yaml': readPnpmLock, 'bun.lock': readBunLock, 'package-lock.json': readPackageLock };
  const reader = readers[path.basename(place)];
  if (!reader) throw new Error(`${place}: no reader for this file`);
  reader(text, set);
  return set;
}

// ---- rules

const packuments = new Map();
function packument(name) {
  if (!packuments.has(name)) {
    let doc = null;
    try { doc = JSON.parse(fs.readFileSync(path.join(store, 'abbr', name + '.json'), 'utf8')); } catch { /* not recorded */ }
    packuments.set(name, doc);
  }
  return packuments.get(name);
}
const manifestOf = (name, version) => packument(name)?.versions[version];

function excludedHere(m) {
  const excluded = (list, here) => {
    const all = [].concat(list ?? []);
    const wanted = all.filter((x) => !x.startsWith('!'));
    return all.includes('!' + here) || (wanted.length > 0 && !wanted.includes(here) && !wanted.includes('any'));
  };
  return excluded(m.os, process.platform) || excluded(m.cpu, process.arch) || excluded(m.libc, 'glibc');
}
function enginesExclude(m) {
  const range = m.engines?.node;
  return Boolean(range && semver.validRange(range) && !semver.satisfies(process.version, range));
}
// The packages of a set that ask for `name` in one of `sections`.
function dependents(set, name, sections) {
  const found = [];
  for (const [parent, versions] of set) {
    for (const version of versions) {
      const m = manifestOf(parent, version);
      if (m && sections.some((s) => m[s]?.[name] !== undefined)) found.push(`${parent}@${version}`);
    }
  }
  return found;
}
const HARD = ['dependencies', 'optionalDependencies'];

// `only`: versions that one side has alone; `others`: all versions of the name on the other side.
function ruleFor(name, only, others, side, other) {
  const doc = packument(name);
  if (!doc || only.some((v) => !doc.versions[v])) return 'missing';
  const mine = only.map((v) => doc.versions[v]);
  const rest = [...others].map((v) => doc.versions[v]).filter(Boolean);
  if (!rest.length && mine.every(excludedHere)) return 'platform';
  if (rest.length) {
    const differs = (test) => mine.some(test) !== rest.some(test);
    if (differs((m) => Boolean(m.deprecated))) return 'deprecated';
    if (differs(enginesExclude)) return 'engines';
    const latest = doc['dist-tags']?.latest;
    if (only.includes(latest) !== others.has(latest) && [...only, ...others].some((v) => semver.gt(v, latest))) return 'latest';
  }
  if (dependents(side, name, ['peerDependencies']).length) return 'peer';
  const parents = dependents(side, name, HARD);
  const hasParent = (key) => { const at = key.indexOf('@', 1); return other.get(key.slice(0, at))?.has(key.slice(at + 1)); };
  if (parents.length && parents.every((key) => !hasParent(key))) return 'consequence';
  if (rest.length) {
    const ranges = [...parents, ...dependents(other, name, HARD)].map((key) => {
      const at = key.indexOf('@', 1);
      const m = manifestOf(key.slice(0, at), key.slice(at + 1));
      return m.dependencies?.[name] ?? m.optionalDependencies?.[name];
    });
    const shared = ranges.some((range) => only.some((v) => semver.satisfies(v, range)) && [...others].some((v) => semver.satisfies(v, range)));
    if (shared) return 'unification';
  }
  return 'unclassified';
}

function compare(ours, theirs) {
  const rows = [];
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const a = ours.get(name) ?? new Set();
    const b = theirs.get(name) ?? new Set();
    const onlyA = [...a].filter((v) => !b.has(v)).sort(semver.compare);
    const onlyB = [...b].filter((v) => !a.has(v)).sort(semver.compare);
    if (!onlyA.length && !onlyB.length) continue;
    // Either side may hold the reason; the more telling one counts.
    const rules = [];
    if (onlyA.length) rules.push(ruleFor(name, onlyA, b, ours, theirs));
    if (onlyB.length) rules.push(ruleFor(name, onlyB, a, theirs, ours));
    rows.push({ name, ours: onlyA, theirs: onlyB, both: [...a].filter((v) => b.has(v)), rule: rules.find((r) => r !== 'unclassified') ?? 'unclassified' });
  }
  return rows;
}

const size = (set) => [...set.values()].reduce((n, versions) => n + versions.size, 0);
const ours = readSet(oursPath);
const theirs = readSet(theirsPath);
const rows = compare(ours, theirs);
const byRule = {};
for (const row of rows) byRule[row.rule] = (byRule[row.rule] ?? 0) + 1;
const unclassified = byRule.unclassified ?? 0;
if (asJson) {
  console.log(JSON.stringify({ ours: size(ours), theirs: size(theirs), rows, byRule, unclassified }, null, 1));
} else {
  for (const row of rows) console.log(`${row.rule.padEnd(12)} ${row.name}  ours ${row.ours.join(' ') || '-'}  theirs ${row.theirs.join(' ') || '-'}  both ${row.both.join(' ') || '-'}`);
  console.log(`ours ${size(ours)}, theirs ${size(theirs)}, names that differ ${rows.length}: ${Object.entries(byRule).map(([k, n]) => `${k} ${n}`).join(', ') || 'none'}; unclassified ${unclassified}`);
}
process.exit(unclassified ? 1 : 0);
