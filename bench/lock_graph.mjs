// Lockfiles and trees as graphs, for compare_sets.mjs: which packages there are, and which version each edge leads to.
//
// A graph is {packages, importers, knowsEdges, node}: `packages` maps a key (name@version and what the tool adds for peers) to
// {name, version, edges, ...}; an edge is {name, to, optional}, `to` a key or null; `importers` maps a path to its edges, which
// also have `spec` and `kind`. Trees, bun.lock and package-lock.json give packages alone.
import fs from 'node:fs';
import path from 'node:path';

export const idOf = (p) => `${p.name}@${p.version}`;

function splitKey(key) {
  const open = key.indexOf('(');
  const plain = open < 0 ? key : key.slice(0, open);
  const at = plain.indexOf('@', 1);
  return { name: plain.slice(0, at), version: plain.slice(at + 1) };
}
function emptyGraph(knowsEdges) {
  return { packages: new Map(), importers: new Map(), knowsEdges };
}
function add(graph, name, version) {
  if (name && /^\d/.test(version ?? '')) graph.packages.set(`${name}@${version}`, { name, version, edges: [] });
}

// docs/formats/lockfile.md
function readLpmLock(text) {
  const graph = emptyGraph(true);
  const segment = '("(?:[^"\\\\]|\\\\.)*"|[\\w-]+)';
  const header = new RegExp(`^\\[(importers|packages)\\.${segment}\\]$`);
  const line = new RegExp(`^(\\w+)\\.${segment} = (.*)$`);
  const plain = (s) => (s.startsWith('"') ? JSON.parse(s) : s);
  let table = null;
  for (const row of text.split('\n')) {
    const head = row.match(header);
    if (head) {
      const key = plain(head[2]);
      if (head[1] === 'importers') {
        table = { edges: [] };
        graph.importers.set(key, table.edges);
      } else {
        table = { ...splitKey(key), edges: [], peers: new Map() };
        graph.packages.set(key, table);
      }
      continue;
    }
    if (row.startsWith('[')) table = row === '[resolution]' ? graph : null;
    const scalar = row.match(/^(integrity|node|overrides) = (".*")$/);
    if (scalar && table) table[scalar[1]] = JSON.parse(scalar[2]);
    const found = row.match(line);
    if (!found || !table) continue;
    const [, group, name, value] = [found[0], found[1], plain(found[2]), found[3]];
    const importer = value.match(/^\{ spec = (".*"), to = (".*") \}$/);
    if (importer) {
      table.edges.push({ name, spec: JSON.parse(importer[1]), to: JSON.parse(importer[2]), kind: group });
    } else if (group === 'dependencies' || group === 'optionalDependencies') {
      table.edges.push({ name, to: JSON.parse(value), optional: group === 'optionalDependencies' });
    } else {
      table.peers.set(name, { range: JSON.parse(value), optional: group === 'optionalPeerDependencies' });
    }
  }
  const all = [...graph.importers.values(), ...[...graph.packages.values()].map((p) => p.edges)];
  for (const edge of all.flat()) edge.to = targetOf(graph, edge);
  return graph;
}
function targetOf(graph, { name, to }) {
  if (!to) return null;
  const own = `${name}@${to}`;
  return graph.packages.has(own) || !graph.packages.has(to) ? own : to;
}

// The nested maps of a pnpm lockfile: two spaces a level, no lists that matter here.
function readYamlMaps(text) {
  const root = {};
  const stack = [{ indent: -1, map: root }];
  for (const row of text.split('\n')) {
    const found = row.match(/^( *)('(?:[^']|'')*'|[^\s'][^:]*(?::[^\s:][^:]*)*):(?: (.*))?$/);
    if (!found || row.trimStart().startsWith('- ')) continue;
    const indent = found[1].length;
    while (stack.at(-1).indent >= indent) stack.pop();
    const unquoted = (s) => (s.startsWith("'") ? s.slice(1, -1).replaceAll("''", "'") : s);
    const key = unquoted(found[2]);
    if (found[3] === undefined) {
      const map = {};
      stack.at(-1).map[key] = map;
      stack.push({ indent, map });
    } else {
      stack.at(-1).map[key] = found[3] === '{}' ? {} : unquoted(found[3]);
    }
  }
  return root;
}
function readPnpmLock(text) {
  const lock = readYamlMaps(text);
  const graph = emptyGraph(true);
  for (const key of Object.keys(lock.snapshots)) graph.packages.set(key, { ...splitKey(key), edges: [] });
  const target = (name, to) => (graph.packages.has(to) ? to : `${name}@${to}`);
  for (const [key, snapshot] of Object.entries(lock.snapshots))
    for (const group of ['dependencies', 'optionalDependencies'])
      for (const [name, to] of Object.entries(snapshot[group] ?? {}))
        graph.packages.get(key).edges.push({ name, to: target(name, to), optional: group === 'optionalDependencies' });
  for (const [place, groups] of Object.entries(lock.importers)) {
    const edges = [];
    for (const [kind, entries] of Object.entries(groups))
      for (const [name, entry] of Object.entries(entries))
        if (entry.version) edges.push({ name, spec: entry.specifier, to: target(name, entry.version), kind });
    graph.importers.set(place, edges);
  }
  return graph;
}

function readBunLock(text) {
  const graph = emptyGraph(false);
  for (const [id] of Object.values(JSON.parse(text.replace(/,(\s*[}\]])/g, '$1')).packages)) {
    const { name, version } = splitKey(id);
    add(graph, name, version);
  }
  return graph;
}
function readPackageLock(text) {
  const graph = emptyGraph(false);
  for (const [place, entry] of Object.entries(JSON.parse(text).packages))
    if (place && !entry.link) add(graph, entry.name ?? place.split('node_modules/').pop(), entry.version);
  return graph;
}

function readTree(graph, folder, seen) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === '.bin' || (!entry.isDirectory() && !entry.isSymbolicLink())) continue;
    let real;
    try { real = fs.realpathSync(path.join(folder, entry.name)); } catch { continue; }
    if (seen.has(real)) continue;
    seen.add(real);
    const manifest = path.join(real, 'package.json');
    const parent = path.basename(folder);
    if ((parent === 'node_modules' || parent.startsWith('@')) && fs.existsSync(manifest) && !entry.name.startsWith('.')) {
      const { name, version } = JSON.parse(fs.readFileSync(manifest, 'utf8').replace(/^\uFEFF/, ''));
      add(graph, name, version);
    }
    // Only where packages may lie: scopes, virtual stores, nested node_modules; not the packages' own folders.
    if (entry.name.startsWith('@') || entry.name.startsWith('.') || parent.startsWith('.')) readTree(graph, real, seen);
    const nested = path.join(real, 'node_modules');
    if (fs.existsSync(nested)) readTree(graph, nested, seen);
  }
}

const READERS = { 'lpm.lock': readLpmLock, 'pnpm-lock.yaml': readPnpmLock, 'bun.lock': readBunLock, 'package-lock.json': readPackageLock };

// A project folder, or the lockfile itself.
export function readGraph(where) {
  let file = where;
  if (fs.statSync(where).isDirectory()) {
    const lock = Object.keys(READERS).find((name) => fs.existsSync(path.join(where, name)));
    if (!lock) {
      const graph = { ...emptyGraph(false), isTree: true };
      readTree(graph, path.join(where, 'node_modules'), new Set());
      return graph;
    }
    file = path.join(where, lock);
  }
  const reader = READERS[path.basename(file)];
  if (!reader) throw new Error(`${file}: no reader for this file`);
  return { ...reader(fs.readFileSync(file, 'utf8')), file };
}
