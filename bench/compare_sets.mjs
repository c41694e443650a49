// Checks what lpm chose for a manifest, and compares it with what another tool chose.
//
// usage: node compare_sets.mjs OURS THEIRS --store RECORDING [--json]     exit 1 when something has no rule
//
// OURS is a project that lpm installed, or its lpm.lock; THEIRS a project, or pnpm-lock.yaml, bun.lock, package-lock.json.
// RECORDING holds the packuments that both were made from (record.mjs).
//
// First every edge of OURS is checked by itself against docs/resolution.md, with npm's own picker (npm-pick-manifest), so that no
// rule of the comparison can hide a wrong choice of ours. Then each package that both have is looked at: where one of its edges
// leads to another version in THEIRS, there must be a rule for that edge:
//   unification  theirs satisfies the range and is in their tree for another edge's sake; ours is what npm's picker gives
//   deprecated   theirs is a deprecated version that npm's picker avoids, or the other way round
//   engines      theirs is a version that excludes the project's Node, which npm's picker avoids
//   latest       theirs is higher than `latest`, which npm's picker prefers
//   peer         the edge is a peer: which one is found depends on where the tool put the package, and on what it added
//   platform     theirs is a tree, and the package is for another machine
// and a name that differs although no edge does has the rule
//   consequence  everything that brings it in stands on that side only
// Anything else is unclassified.
import fs from 'node:fs';
import path from 'node:path';
import { execSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readGraph, idOf } from './lock_graph.mjs';

// npm's own packages, which lie where the `npm` on PATH does.
function npmRoot() {
  const command = process.env.PATH.split(':').map((folder) => path.join(folder, 'npm')).find((file) => fs.existsSync(file));
  const root = command && path.dirname(path.dirname(fs.realpathSync(command)));
  if (root && fs.existsSync(path.join(root, 'node_modules/semver'))) return root;
  return path.join(execSync('npm root -g', { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim(), 'npm');
}
const requireOfNpm = createRequire(npmRoot() + '/index.js');
const semver = requireOfNpm('semver');
const pickManifest = requireOfNpm('npm-pick-manifest');

const args = process.argv.slice(2);
const storeAt = args.indexOf('--store');
const store = storeAt >= 0 ? args.splice(storeAt, 2)[1] : null;
const asJson = args.includes('--json');
const [oursPath, theirsPath] = args.filter((a) => !a.startsWith('--'));
if (!oursPath || !theirsPath || !store) {
  console.error('usage: node compare_sets.mjs OURS THEIRS --store RECORDING [--json]');
  process.exit(2);
}
const ours = readGraph(oursPath);
const theirs = readGraph(theirsPath);
if (path.basename(ours.file ?? '') !== 'lpm.lock') throw new Error(`${oursPath}: no lpm.lock`);
if (ours.overrides) throw new Error(`${oursPath}: a graph with overrides cannot be checked`);

// ---- what the registry says

const packuments = new Map();
function packument(name) {
  if (!packuments.has(name)) {
    let doc = null;
    try { doc = JSON.parse(fs.readFileSync(path.join(store, 'abbr', name + '.json'), 'utf8')); } catch { /* not recorded */ }
    packuments.set(name, doc);
  }
  return packuments.get(name);
}
const manifestOf = (p) => packument(p.name)?.versions[p.version];

// {name: real name, range}; null for what no registry answers.
function wishOf(name, spec) {
  if (spec.startsWith('npm:')) {
    const at = spec.lastIndexOf('@');
    return at > 4 ? { name: spec.slice(4, at), range: spec.slice(at + 1) } : { name: spec.slice(4), range: '*' };
  }
  return /^[a-z+]+:|\//.test(spec) ? null : { name, range: spec };
}
function picked(wish) {
  const doc = packument(wish.name);
  try { return doc && pickManifest(doc, wish.range, { nodeVersion: ours.node || null }).version; } catch { return null; }
}
// `*` takes `latest` even when that is a prerelease.
const admits = (range, version) => range === '*' || range === '' || semver.satisfies(version, range, { loose: true });

// dependencies and optionalDependencies of a published version: name -> {spec, optional}.
function declared(p) {
  const m = manifestOf(p);
  const bundled = m.bundleDependencies ?? m.bundledDependencies ?? [];
  const found = new Map();
  for (const [name, spec] of Object.entries(m.dependencies ?? {})) found.set(name, { spec, optional: false });
  for (const [name, spec] of Object.entries(m.optionalDependencies ?? {})) found.set(name, { spec, optional: true });
  for (const name of bundled === true ? Object.keys(m.dependencies ?? {}) : [].concat(bundled || [])) found.delete(name);
  return found;
}
function declaredPeers(p) {
  const m = manifestOf(p);
  const own = declared(p);
  const peers = new Map(Object.entries(m.peerDependencies ?? {}).map(([name, range]) => [name, { range, optional: false }]));
  for (const [name, meta] of Object.entries(m.peerDependenciesMeta ?? {}))
    if (meta?.optional) peers.set(name, { range: m.peerDependencies?.[name] ?? '*', optional: true });
  for (const name of own.keys()) peers.delete(name);
  return peers;
}

// ---- the first part: every edge of ours

const wrong = [];  // {name, what}
const report = (name, what) => wrong.push({ name, what });
const importers = [...ours.importers.values()];
const directs = importers.flat().filter((e) => e.to && e.kind !== 'peerDependencies');

// The rule for an edge: an importer's own choice of the same name if it fits, else npm's picker.
function expectedBelow(name, spec) {
  const wish = wishOf(name, spec);
  if (!wish) return undefined;
  const fitting = directs
    .filter((e) => e.name === name && ours.packages.get(e.to)?.name === wish.name)
    .map((e) => ours.packages.get(e.to).version)
    .filter((version) => !isTag(wish.range) && admits(wish.range, version));
  return { name: wish.name, version: fitting.sort(semver.rcompare)[0] ?? picked(wish) };
}
const isTag = (range) => semver.validRange(range, { loose: true }) === null;

// Whether all that a package requires can be had; a cycle is whole when nothing on it is missing.
function isWhole(p, seen = new Set()) {
  if (!p.version || !manifestOf(p)) return false;
  if (seen.has(idOf(p))) return true;
  seen.add(idOf(p));
  for (const [name, { spec, optional }] of declared(p)) {
    const below = expectedBelow(name, spec);
    if (!optional && below && !isWhole(below, seen)) return false;
  }
  return true;
}

function checkChoice(where, edge, expected) {
  if (expected === undefined) return;  // not from a registry
  const target = ours.packages.get(edge.to);
  if (!target) {
    if (edge.to) return report(edge.name, `${where}: ${edge.name} leads to ${edge.to}, which is not in the lockfile`);
    if (!edge.optional || (expected.version && isWhole(expected))) report(edge.name, `${where}: nothing for ${edge.name}`);
    return;
  }
  if (target.name !== expected.name || target.version !== expected.version)
    report(edge.name, `${where}: ${edge.name} is ${idOf(target)}, and by the rules ${expected.name}@${expected.version}`);
}

function checkImporter(place, edges) {
  const manifestFile = path.join(path.dirname(ours.file), place, 'package.json');
  const manifest = fs.existsSync(manifestFile) ? JSON.parse(fs.readFileSync(manifestFile, 'utf8')) : null;
  for (const edge of edges) {
    const wish = wishOf(edge.name, edge.spec);
    const isAdded = edge.kind === 'peerDependencies' && !manifest?.peerDependencies?.[edge.name];
    if (isAdded) checkAddedPeer(place, edge, wish);
    else checkChoice(place, edge, wish ? { name: wish.name, version: picked(wish) } : undefined);
  }
  if (!manifest) return;
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'])
    for (const name of Object.keys(manifest[kind] ?? {}))
      if (!edges.some((e) => e.name === name)) report(name, `${place}: no edge for ${name}`);
}
// A peer that nobody supplied: the picker's, or one that the graph has anyway.
function checkAddedPeer(place, edge, wish) {
  const target = ours.packages.get(edge.to);
  if (!target) return report(edge.name, `${place}: the added peer ${edge.name} leads nowhere`);
  const isThere = [...ours.packages.values()].some((p) => p.edges.some((e) => e.to === edge.to && !declaredPeers(p).has(e.name)));
  if (!isThere && picked(wish) !== target.version)
    report(edge.name, `${place}: the added peer ${edge.name} is ${target.version}, and npm's picker says ${picked(wish)}`);
}

function checkPackage(key, p) {
  const m = manifestOf(p);
  if (!m) return report(p.name, `${key} is not in the recording`);
  if (p.integrity && m.dist?.integrity && p.integrity !== m.dist.integrity) report(p.name, `${key}: another integrity than the registry's`);
  const own = declared(p);
  const peers = declaredPeers(p);
  for (const [name, { spec, optional }] of own) {
    const edge = p.edges.find((e) => e.name === name);
    if (!edge) report(name, `${key}: no edge for ${name}`);
    else checkChoice(key, { ...edge, optional }, expectedBelow(name, spec));
  }
  for (const edge of p.edges)
    if (!own.has(edge.name) && !peers.has(edge.name)) report(edge.name, `${key}: an edge for ${edge.name} that nobody declared`);
  for (const [name, { optional }] of peers) checkPeer(key, name, p.edges.find((e) => e.name === name)?.to ?? null, optional);
}

// A peer is what the nearest dependent has under its name. Dependents that have no such edge look it up further out.
let dependentsOf;
function checkPeer(key, name, to, optional) {
  if (!to && !optional) report(name, `${key}: nothing for the peer ${name}`);
  const seen = new Set();
  const look = (at) => {
    for (const { from, edges } of dependentsOf.get(at) ?? []) {
      const edge = edges.find((e) => e.name === name);
      if (edge ? edge.to !== to : from === null && to !== null)
        report(name, `${key}: the peer ${name} is ${to}, and ${from ?? 'the project'} has ${edge?.to ?? 'none'}`);
      if (edge || from === null || seen.has(from)) continue;
      seen.add(from);
      look(from);
    }
  };
  look(key);
}
function indexDependents() {
  dependentsOf = new Map([...ours.packages.keys()].map((key) => [key, []]));
  const add = (from, edges) => {
    // As a peer of `from` it hangs somewhere else.
    const peers = from === null || !manifestOf(ours.packages.get(from)) ? new Map() : declaredPeers(ours.packages.get(from));
    for (const edge of edges) if (!peers.has(edge.name)) dependentsOf.get(edge.to)?.push({ from, edges });
  };
  for (const edges of importers) add(null, edges);
  for (const [key, p] of ours.packages) add(key, p.edges);
}

function checkOurs() {
  indexDependents();
  for (const [place, edges] of ours.importers) checkImporter(place, edges);
  for (const [key, p] of ours.packages) checkPackage(key, p);
  const reached = new Set(importers.flat().map((e) => e.to));
  for (const key of reached) for (const e of ours.packages.get(key)?.edges ?? []) reached.add(e.to);
  for (const [key, p] of ours.packages) if (!reached.has(key)) report(p.name, `nothing leads to ${key}`);
}

// ---- the second part: edges that differ

const versionsOf = (graph, name) => new Set([...graph.packages.values()].filter((p) => p.name === name).map((p) => p.version));
function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
const byId = (graph) => groupBy(graph.packages.values(), idOf);

// Why their version is in their tree, this edge aside: some edge for which npm's picker gives it.
function isWantedElsewhere(name, version, where, edgeName) {
  const wants = (spec, n) => {
    const wish = wishOf(n, spec);
    return wish?.name === name && picked(wish) === version;
  };
  for (const [place, edges] of theirs.importers)
    if (edges.some((e) => (place !== where || e.name !== edgeName) && e.spec && wants(e.spec, e.name))) return true;
  for (const id of theirsById.keys()) {
    if (id === where || !manifestOf(theirsById.get(id)[0])) continue;
    const p = theirsById.get(id)[0];
    for (const [n, { spec }] of declared(p)) if (wants(spec, n)) return true;
    for (const [n, { range }] of declaredPeers(p)) if (n === name && wants(range, n)) return true;
  }
  return false;
}

const enginesExclude = (m) => {
  const range = m.engines?.node;
  return Boolean(range && ours.node && semver.validRange(range) && !semver.satisfies(ours.node, range, { includePrerelease: true }));
};
function excludedHere(m) {
  const excluded = (list, here) => {
    const all = [].concat(list ?? []);
    const wanted = all.filter((x) => !x.startsWith('!'));
    return all.includes('!' + here) || (wanted.length > 0 && !wanted.includes(here) && !wanted.includes('any'));
  };
  return excluded(m.os, process.platform) || excluded(m.cpu, process.arch) || excluded(m.libc, 'glibc');
}

// The rule for one edge, of `where`, on which ours has `mine` and theirs has `other` (versions of one name).
function ruleFor({ where, edgeName, wish, mine, other }) {
  if (!admits(wish.range, other)) return 'unclassified';
  const doc = packument(wish.name);
  const [a, b] = [doc?.versions[mine], doc?.versions[other]];
  if (!a || !b) return 'unclassified';
  const pick = picked(wish);
  if (pick === mine && isWantedElsewhere(wish.name, other, where, edgeName)) return 'unification';
  if (Boolean(a.deprecated) !== Boolean(b.deprecated)) return 'deprecated';
  if (enginesExclude(b) && !enginesExclude(a)) return 'engines';
  const latest = doc['dist-tags']?.latest;
  if (mine === latest && semver.gt(other, latest)) return 'latest';
  return 'unclassified';
}

// Edges of what both have, with what theirs may lead to: the version itself where their lockfile says so, else any that fits.
function* sharedEdges() {
  for (const [place, edges] of ours.importers) {
    const others = theirs.importers.get(place);
    for (const edge of edges) {
      if (edge.kind === 'peerDependencies') continue;
      yield { where: place, edgeName: edge.name, spec: edge.spec, mine: edge.to, others: others?.filter((e) => e.name === edge.name) };
    }
  }
  for (const [id, [p]] of oursById) {
    const others = theirsById.get(id);
    if (!others || !manifestOf(p)) continue;
    for (const [name, { spec }] of declared(p)) {
      const edges = theirs.knowsEdges ? others.flatMap((o) => o.edges.filter((e) => e.name === name)) : undefined;
      yield { where: id, edgeName: name, spec, mine: p.edges.find((e) => e.name === name)?.to, others: edges };
    }
  }
}
function* differingEdges() {
  for (const { where, edgeName, spec, mine, others } of sharedEdges()) {
    const wish = wishOf(edgeName, spec);
    const target = ours.packages.get(mine);
    if (!wish || !target) continue;
    const known = versionsOf(theirs, wish.name);
    const versions = others?.length ? others.map((e) => theirs.packages.get(e.to)?.version)
      : known.has(target.version) ? [target.version] : [...known].filter((v) => admits(wish.range, v));
    const edge = { where, edgeName, wish, mine: target.version };
    if (!versions.length) yield { ...edge, other: null, rule: theirs.isTree && excludedHere(manifestOf(target)) ? 'platform' : 'unclassified' };
    for (const other of new Set(versions))
      if (other !== target.version) yield { ...edge, other: other ?? null, rule: other ? ruleFor({ ...edge, other }) : 'unclassified' };
  }
}

// Who asks for a version of a name, on one side.
function askers(graph, name, version) {
  const found = [];
  for (const [place, edges] of graph.importers)
    for (const e of edges) if (graph.packages.get(e.to)?.name === name && graph.packages.get(e.to).version === version) found.push({ where: place, kind: e.kind });
  for (const p of graph.packages.values()) {
    const m = manifestOf(p);
    if (!m) continue;
    const peers = declaredPeers(p);
    if (graph.knowsEdges) {
      for (const e of p.edges) {
        const target = graph.packages.get(e.to);
        if (target?.name === name && target.version === version) found.push({ where: idOf(p), kind: peers.has(e.name) ? 'peer' : 'dependency' });
      }
    } else {
      for (const [n, { spec }] of declared(p)) if (wishOf(n, spec)?.name === name && admits(wishOf(n, spec).range, version)) found.push({ where: idOf(p), kind: 'dependency' });
      if (peers.has(name)) found.push({ where: idOf(p), kind: 'peer' });
    }
  }
  return found;
}
// The rule for a version that only one side has: that of its edges which differ, else why it has none.
function ruleForVersion(name, version, side, otherById, edges) {
  const own = edges.filter((e) => e.wish.name === name && (side === ours ? e.mine : e.other) === version).map((e) => e.rule);
  if (own.length) return own.includes('unclassified') ? 'unclassified' : own[0];
  const by = askers(side, name, version);
  const isShared = ({ where }) => otherById.has(where) || (side === ours ? theirs : ours).importers.has(where);
  if (by.some((a) => (a.kind === 'peer' || a.kind === 'peerDependencies') && isShared(a))) return 'peer';
  return by.length && !by.some(isShared) ? 'consequence' : 'unclassified';
}

checkOurs();
const oursById = byId(ours);
const theirsById = byId(theirs);
const edges = [...differingEdges()];
const rows = [];
for (const name of [...new Set([...ours.packages.values(), ...theirs.packages.values()].map((p) => p.name))].sort()) {
  const a = versionsOf(ours, name);
  const b = versionsOf(theirs, name);
  const onlyOurs = [...a].filter((v) => !b.has(v)).sort(semver.compare);
  const onlyTheirs = [...b].filter((v) => !a.has(v)).sort(semver.compare);
  if (!onlyOurs.length && !onlyTheirs.length) continue;
  const rules = [...onlyOurs.map((v) => ruleForVersion(name, v, ours, theirsById, edges)), ...onlyTheirs.map((v) => ruleForVersion(name, v, theirs, oursById, edges))];
  const rule = rules.includes('unclassified') ? 'unclassified' : rules.find((r) => r !== 'consequence') ?? 'consequence';
  rows.push({ name, ours: onlyOurs, theirs: onlyTheirs, both: [...a].filter((v) => b.has(v)), rule });
}
// Edges that differ between versions that both sides have anyway.
const quiet = edges.filter((e) => !rows.some((row) => row.name === e.wish.name));

const count = (list) => Object.fromEntries([...groupBy(list, (x) => x.rule)].map(([rule, items]) => [rule, items.length]));
const told = (counts) => Object.entries(counts).map(([rule, n]) => `${rule} ${n}`).join(', ') || 'none';
const unclassified = rows.filter((r) => r.rule === 'unclassified').length + quiet.filter((e) => e.rule === 'unclassified').length + wrong.length;
if (asJson) {
  console.log(JSON.stringify({ ours: oursById.size, theirs: theirsById.size, wrong, rows, edges, byRule: count(rows), unclassified }, null, 1));
} else {
  for (const { what } of wrong) console.log(`wrong        ${what}`);
  for (const row of rows) console.log(`${row.rule.padEnd(12)} ${row.name}  ours ${row.ours.join(' ') || '-'}  theirs ${row.theirs.join(' ') || '-'}  both ${row.both.join(' ') || '-'}`);
  for (const e of quiet) console.log(`${e.rule.padEnd(12)} ${e.wish.name}  edge of ${e.where}  ours ${e.mine}  theirs ${e.other ?? '-'}`);
  console.log(`ours ${oursById.size}, theirs ${theirsById.size}; wrong edges of ours ${wrong.length}; names that differ ${rows.length}: ${told(count(rows))}; other edges that differ ${quiet.length}: ${told(count(quiet))}; unclassified ${unclassified}`);
}
process.exit(unclassified ? 1 : 0);
