// What Node finds from each package of an installed project: for every package that edges reach from the root, and every
// dependency or peer that it declares, the name, version and file that `require.resolve` gives there, or its error code.
//
// usage: node resolve_map.mjs PROJECT        prints {"NAME@VERSION > DEPENDENCY": ["NAME@VERSION/FILE", ...], ...}, sorted
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const manifests = new Map();
function manifestOf(folder) {
  if (!manifests.has(folder)) manifests.set(folder, JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8').replace(/^\uFEFF/, '')));
  return manifests.get(folder);
}
// The folder that a look-up from `from` ends in, as Node walks.
function find(from, name) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (path.basename(folder) !== 'node_modules') {
      const place = path.join(folder, 'node_modules', name);
      if (fs.existsSync(path.join(place, 'package.json'))) return fs.realpathSync(place);
    }
    if (folder === path.dirname(folder)) return null;
  }
}
function resolved(from, name) {
  try {
    const file = fs.realpathSync(createRequire(path.join(from, 'package.json')).resolve(name));
    let folder = path.dirname(file);
    const at = find(from, name);
    if (at && file.startsWith(at + path.sep)) folder = at;
    return `${manifestOf(folder).name}@${manifestOf(folder).version}/${path.relative(folder, file)}`;
  } catch (error) {
    const at = find(from, name);
    return at ? `${manifestOf(at).name}@${manifestOf(at).version} ${error.code}` : error.code ?? 'ERROR';
  }
}

const root = fs.realpathSync(process.argv[2]);
const seen = new Set([root]);
const map = new Map();
for (const folder of seen) {
  const m = manifestOf(folder);
  const who = folder === root ? '.' : `${m.name}@${m.version}`;
  for (const name of Object.keys({ ...m.dependencies, ...m.optionalDependencies, ...m.peerDependencies })) {
    const key = `${who} > ${name}`;
    if (!map.has(key)) map.set(key, new Set());
    map.get(key).add(resolved(folder, name));
    const at = find(folder, name);
    if (at) seen.add(at);
  }
}
console.log(JSON.stringify(Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, [...v].sort()])), null, 1));
