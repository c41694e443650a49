// Rows about choosing a version, answered by npm's `npm-pick-manifest`:
//   packument  JSON                                                   for the rows that follow
//   pick       wanted  Node's version  default tag  before  picked    before: milliseconds, or `-`
// `wanted` is a range, or a tag when it is none. With `before`, every version of the packument has its time: what
// npm does about unknown times is not what we do.
import { row } from './oracle.mjs';

export function writePickCases({ npm, random, write, scaled }) {
  const pickManifest = npm('npm-pick-manifest');
  const semver = npm('semver');
  const nodes = ['18.19.0', '20.11.1', '22.0.0', '20.0.0-nightly'];
  const engines = [undefined, undefined, undefined, '>=18', '>=20', '>=22.0.0', '^18 || >=20', '18.x', '*', '', ' ', 'nonsense', '>=20.0.0-0', '~20', '>=99', '0.10 || 0.12'];
  const DAY = 86400000;
  const start = Date.parse('2024-01-01T00:00:00.000Z');

  const makeVersions = () => {
    const versions = new Set();
    for (let i = 1 + random.below(14); i > 0; --i) {
      const release = `${random.below(4)}.${random.below(4)}.${random.below(4)}`;
      versions.add(random.chance(0.25) ? `${release}-${random.pick(['alpha', 'beta', 'rc'])}.${random.below(3)}` : release);
    }
    return [...versions];
  };
  const makePackument = (dated) => {
    const versions = makeVersions();
    const packument = { name: 'a', 'dist-tags': {}, versions: {} };
    for (const version of versions) {
      const engine = random.pick(engines);
      packument.versions[version] = { name: 'a', version, dist: {}, ...(engine === undefined ? {} : { engines: { node: engine } }),
        ...(random.chance(0.25) ? { deprecated: 'use another' } : {}) };
    }
    const anyVersion = () => (random.chance(0.05) ? '99.0.0' : random.pick(versions));
    const stable = versions.filter((v) => !v.includes('-')).sort(semver.rcompare);
    if (random.chance(0.9)) packument['dist-tags'].latest = stable.length && random.chance(0.5) ? stable[0] : anyVersion();
    for (const tag of ['next', 'beta', 'v1']) if (random.chance(0.4)) packument['dist-tags'][tag] = anyVersion();
    if (dated) {
      packument.time = { created: new Date(start).toISOString(), modified: new Date(start + 400 * DAY).toISOString() };
      for (const version of versions) packument.time[version] = new Date(start + random.below(300) * DAY).toISOString();
      packument.time['99.0.0'] = new Date(start + random.below(300) * DAY).toISOString();
    }
    return packument;
  };
  const part = () => random.below(4);
  const version = () => `${part()}.${part()}.${part()}` + (random.chance(0.25) ? `-${random.pick(['alpha', 'beta', 'rc'])}.${random.below(3)}` : '');
  const range = () => random.weighted([[3, '*'], [2, ''], [1, 'x'], [1, '>=0.0.0'], [5, () => `^${version()}`], [4, () => `~${version()}`], [3, () => `>=${version()}`], [2, () => `<${version()}`],
    [2, () => `${part()}.x`], [2, () => `${part()}.${part()}`], [3, version], [1, () => `=${version()}`], [1, () => `v${version()}`], [2, () => `${part()} - ${part()}`], [2, () => `^${version()} || ^${version()}`]]);
  const wanted = () => (random.chance(0.2) ? random.pick(['latest', 'next', 'beta', 'v1x', 'missing']) : range());

  let picks = 0;
  let found = 0;
  for (let i = scaled(900); i > 0; --i) {
    const dated = random.chance(0.5);
    const packument = makePackument(dated);
    write(row('packument', JSON.stringify(packument)));
    for (let j = 0; j < 10; ++j) {
      const text = wanted();
      const nodeVersion = random.pick(nodes);
      const defaultTag = random.weighted([[8, 'latest'], [1, 'next'], [1, 'missing']]);
      const before = dated && random.chance(0.7) ? start + random.below(320) * DAY : null;
      let picked = null;
      try {
        picked = pickManifest(packument, text, { nodeVersion, defaultTag, before }).version;
      } catch {
        // nothing fits
      }
      // `99.0.0` has a time but is no version: a tag that means it is refused by npm when the time is old enough,
      // while we ask what is below it.
      if (before !== null && packument['dist-tags'][text] === '99.0.0') continue;
      ++picks;
      found += picked === null ? 0 : 1;
      write(row('pick', text, nodeVersion, defaultTag, before, picked));
    }
  }
  return `${picks} picks, ${found} of them found a version`;
}
