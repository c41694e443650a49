// Rows about versions and ranges, answered by npm's `semver`:
//   version  mode  text  canonical  build          what the text is as a version
//   order    mode  a     b          -1|0|1  -1|0|1 compare, compareBuild
//   pool     v1 v2 ...                             versions for the range rows that follow
//   range    mode  text  valid  minVersion  satisfied  satisfied with prereleases  maxSatisfying
// `satisfied` has one 0 or 1 per version of the pool; maxSatisfying is an index into it.
import { row } from './oracle.mjs';

const ALPHABET = [...'0123456789xX*.-+~^<>=| v\tabZ_!@#/', '||', ' - ', '\u00a0', '\ufeff', '1e3', 'é'];

const NASTY_VERSIONS = [
  '', ' ', 'v', '=', '1', '1.2', '1.2.3', ' 1.2.3 ', 'v1.2.3', '=1.2.3', 'v=1.2.3', '==1.2.3', '= v 1.2.3', 'vv1.2.3',
  '1.2.3-', '1.2.3--', '1.2.3-.', '1.2.3-a..b', '1.2.3-a.', '1.2.3beta', '1.2.3beta.01', '1.2.3-01', '1.2.3-0', '1.2.3-00',
  '1.2.3-0a', '1.2.3+', '1.2.3+b', '1.2.3+b.01.c', '1.2.3-a+b', '1.2.3+a-b', '1.2.3+a+b', '1.2.3-a+', '01.2.3', '1.02.3',
  '1.2.03', '00.0.0', '1.2.3.4', '-1.2.3', '1.-2.3', '+1.2.3', '1.2.3 foo', '1.2.3 - 1', 'x.x.x', '1.x.3', '1.2.*',
  '9007199254740991.9007199254740991.9007199254740991', '9007199254740992.0.0', '0.9007199254740992.0', '0.0.9007199254740992',
  '99999999999999999999.0.0', '1.2.3-9007199254740990', '1.2.3-9007199254740991', '1.2.3-9007199254740992',
  '1.2.3-9007199254740993.a', '1.2.3-09007199254740993', '1.2.3-0000000000000000000000001', '1.2.3-123456789012345678901234567890',
  `1.2.3-${'a'.repeat(249)}`, `1.2.3-${'a'.repeat(250)}`, `1.2.3-${'a'.repeat(251)}`, `1.2.3+${'a'.repeat(250)}`,
  `1.2.3+${'a'.repeat(251)}`, `${'1'.repeat(300)}.0.0`, `1.2.3-${'1'.repeat(250)}`, `1.2.3${' '.repeat(300)}`,
  '1.2.3\n', '\t1.2.3', '\u00a01.2.3\u00a0', '\ufeff1.2.3', '1.2.3\u200b', 'é1.2.3', '1.2.3-é', '1.2.3-A', '1.2.3-a', '1.2.3-_',
  'v 1.2.3', '= 1.2.3', '=v1.2.3', 'v\u00a01.2.3', '1.2.3-\u00a0', '1,2,3', '1.2.3;', 'latest', 'V1.2.3', 'null', '1.2.3-x', '1.2.3-*',
];

const NASTY_RANGES = [
  '', ' ', '*', 'x', 'X', 'x.x', '*.*.*', 'x.1', '1.x.3', '*.1', '1.*.3', '||', '|| ||', '|', '1||2', '1 || 2', '1|||2', '1 ||| 2',
  '^', '~', '~>', '>', '<', '>=', '=', '<=', '> ', '^x', '~x', '^*', '^x.1.2', '~1.x.2', '^ 1', '~ 1', '~> 1', '~ > 1', '^  1.2',
  '> 1', '>= 1.2', '>=\t1.2.3', '> =1.2.3', '> = 1.2.3', '< = 2', '>==1.2.3', '>=v1.2.3', '>= v1.2.3', '>=v 1.2.3', '=v1', 'v1', 'v1.x',
  '==1', '==1.2.3', '= = 1.2.3', '^v1.2.3', '^=1.2.3', '~=1.2.3', '~>=1.2.3', '~v1', '~>v1.2', '^^1', '~~1', '^~1', '~^1', '^>1', '>^1',
  '<>1.2.3', '><1', '>>1', '<<1.2.3', '=>1.2.3', '=<1.2.3', '>=<1', '!1.2.3', '!=1.2.3', '1.2.3*', '*1.2.3', '>*1.2.3', '>=1.2.3*', '1.2*',
  '**', '* *', '*||1.2.3-a', '1.2.3-a || *', 'x || 1.2.3-0', '>=0.0.0 || 1.2.3-a', '>=0 || 1.2.3-a', '>=0.0.0', '>= 0.0.0', '>=v0.0.0',
  '>=0.0.0-0', '>0', '>0.0.0', '<0', '<0.0.0', '<0.0.0-0', '<0.0.0-0 || 1', '<0.0.0-0 >=1 || >=2', '>*', '<*', '<=*', '>=*', '>x', '<x.x',
  '1 - 2', '1.2 - 3', '1.2.3 - 2.3.4', '1.2.3 - 2', '1.2.3 - 2.3', 'x - 2', '1 - x', 'x - x', '* - *', '1.2.3-a - 2.3.4-b', '1-2', '1 -2', '1- 2',
  '1 -  2', '1  -  2', ' 1 - 2 ', '1 - 2 - 3', '1 - 2 3', '0 1 - 2', '1 - 2 || 3 - 4', '1 - 2||3', 'v1 - v2', '=1 - =2', 'v 1 - v 2',
  'v 1.0.0 - v 2.0.0', '= 1.0.0 - = 2.0.0', '>1 - 2', '^1 - 2', '1 - ^2', '1.x.3 - 2', '1 - 2.x.3', '1.2.3beta - 2', '1.2.3- - 2', '0.0.0 - 1',
  '00.0.0 - 1', '1.0.0 - 1.0.0', '2 - 1', '1.2.3+a - 2.0.0+b', '1 +a - 2', '1 - 2 +a', '+a', '1.2.3+a', '1.2.3 +a', '+a 1', '1 +a 2', '1+', '1++a',
  '1.2.3+a.b-c || 2+d', '^1.2.3+a', '1.x+a', '1.2+a', 'foo', 'foo bar', 'foo 1.2.3', '1.2.3 foo', 'foo x bar', 'x foo', 'foo || 1', 'foo +a',
  'latest', 'next', 'beta', '1.2.x-beta', '1.2.xbeta', '1.2.xx', '1.2.*-beta', '1.x.x-beta', '1.2-beta', '1-beta', '1.2.3-', '1.2.3-beta', '1.2.3beta',
  '^1.2.3beta', '~1.2.3beta.01', '^1.2.3-01', '>1.2.3beta', '^0', '^0.0', '^0.0.0', '^0.0.1', '^0.1', '^0.1.2', '^0.x', '^0.0.x', '^00.1.2', '^0.00.1',
  '~00.1', '~0', '~0.0', '~0.0.0', '^0.0.1-beta', '^0.1.2-beta', '^1.2.3-beta', '~1.2.3-beta', '01', '1.02', '01.2.3', '^01', '>01', '<=01', '<01',
  '^9007199254740991', '^9007199254740991.0.0', '^9007199254740990', '~1.9007199254740991', '>9007199254740991', '<=9007199254740991', '<9007199254740991',
  '9007199254740991', '^0.0.9007199254740991', '9007199254740992', '<99999999999999999999999', '<=99999999999999999999999', '<=99999999999999999999999 1',
  '>99999999999999999999999 || 1', '<=999999999999999999999 || 1', '1 - 99999999999999999999999', '1 - 9007199254740991', 'x.99999999999999999999999',
  '1.2.3 1.2.4', '>1 <2', '>1<2', '>=1.2.3<2', '>=1,<2', '>=1, <2', '1.2.3,1.2.4', '>1 ', ' >1', '>1  <2', '>1\t<2', '>1\n<2', '1.2.3\n', '>1\u00a0<2', '\ufeff1',
  '>= 1.2.3 < 2', '> 1.2.3 || < 1', '>\u20031', 'v= 2', '1.2.3-v= 2', '1.2.3-x>= 2', '1.2.3> 1', 'foo> 1.2.3', 'foo>= 1', 'a~ 1', 'a^ 1', '~> 1 ~> 1.2', '1 = 2',
  '1 v2', '1v2', '1v 2', 'v', 'v v', '= v', '1.2.3.4', '1.2.3.x', '1..2', '.1', '1.', '1.2.', '-1', '- 1', '1 -', '-', ' - ', '1 - ', '- -', '-x',
  '>=1.2.3-0', '>1.2.3-alpha <1.2.3', '1.2.3-alpha - 1.2.3', '>=1.0.0-rc.1 <2.0.0-0', '<1.0.0-0', '<=1.0.0-9007199254740993', `1.2.3-${'a'.repeat(250)}`,
  `1.2.3-${'a'.repeat(251)}`, `^1.2.3-${'a'.repeat(260)}`, `${'1'.repeat(260)}`, `1.2.3-${'1'.repeat(260)} || 2`, `^1.2.3-${'a'.repeat(248)}`,
  'git+ssh://a', 'http://a/b', 'file:a', 'workspace:*', 'npm:a@1', '1.x || >=2.5.0 || 5.0.0 - 7.2.3', '^1 || ^2 || ^3', '>=1 <3 || >=5', '~1.2.3 || 1.5.x',
  '> v1', '>v', '>=x', '<=x.x.x', '=x', '=*', '=', '= 1', '=1 =2', '*-beta', '*beta', 'x.x.x-beta', '*.*.*beta', '1.*-beta', '~*', '~>*', '~>x.1', '^1.*.1',
  '>1.x.2', '>1.x.x', '<1.2.x', '<=1.2.x', '>=1.2.*', '>1.*', '<1.*.*', '<=1.*', '>= 1.x', '<= 2.X', 'X.1.2', '1.X', '1.2.X', '^1.X', '~1.X.X',
];

export function writeSemverCases({ npm, random, write, scaled }) {
  const semver = npm('semver');
  const pools = scaled(10);
  const rangesPerPool = 200;
  const orders = scaled(5000);

  const number = () => random.weighted([[40, () => random.below(4)], [10, () => random.below(12)], [2, 100],
    [0.4, '9007199254740991'], [0.3, '9007199254740992'], [0.2, '99999999999999999999999'], [1, () => `0${random.below(3)}`]]);
  const identifier = () => random.weighted([[4, 'alpha'], [4, 'beta'], [4, 'rc'], [8, () => random.below(3)], [2, () => random.below(30)],
    [1, () => `0${random.below(3)}`], [1, 'x'], [1, '-'], [1, 'A'], [1, 'beta1'], [1, 'a-b'], [0.3, '9007199254740993'], [0.3, '9007199254740992']]);
  const identifiers = () => Array.from({ length: 1 + random.below(3) }, identifier).join('.');
  const prerelease = () => (random.chance(0.04) ? '' : '-') + identifiers();
  const version = () => `${number()}.${number()}.${number()}${random.chance(0.4) ? prerelease() : ''}` +
    (random.chance(0.06) ? `+${identifiers()}` : '');
  const wild = () => random.pick(['x', 'X', '*']);
  const part = () => (random.chance(0.1) ? wild() : number());
  const partial = () => random.weighted([[12, version], [6, () => `${part()}.${part()}`], [6, part],
    [3, () => `${number()}.${number()}.${wild()}`], [1, () => `${part()}.${part()}.${part()}${prerelease()}`]]);
  const prefix = () => random.weighted([[30, ''], [1, 'v'], [1, '='], [0.5, ' '], [0.3, 'v ']]);
  const operator = () => random.weighted([[6, ''], [6, '^'], [5, '~'], [4, '>='], [3, '>'], [3, '<'], [3, '<='], [2, '='], [1, '~>']]) +
    (random.chance(0.08) ? ' ' : '') + prefix();
  const hyphenRange = () => `${prefix()}${partial()} - ${prefix()}${partial()}`;
  const set = () => random.weighted([[10, () => operator() + partial()], [5, () => `>=${partial()} <${partial()}`],
    [2, () => `${operator()}${partial()} ${operator()}${partial()}`], [3, hyphenRange], [0.5, ''], [0.3, 'foo'],
    [0.3, () => `foo ${operator()}${partial()}`]]);
  const bars = () => random.pick(['||', ' || ', ' || ', '|| ']);
  const range = () => {
    let text = set();
    while (random.chance(0.3)) text += bars() + set();
    return random.chance(0.08) ? random.mutate(text, ALPHABET) : text;
  };

  const modes = ['loose', 'strict'];
  const optionsOf = (mode) => ({ loose: mode === 'loose' });
  const writeVersion = (mode, text) => {
    const parsed = semver.parse(text, optionsOf(mode));
    write(row('version', mode, text, parsed && parsed.version, parsed ? parsed.build.join('.') : ''));
  };
  for (const text of NASTY_VERSIONS) modes.forEach((mode) => writeVersion(mode, text));
  for (let i = 0; i < orders; ++i) {
    const text = random.chance(0.3) ? random.mutate(version(), ALPHABET) : prefix() + version();
    modes.forEach((mode) => writeVersion(mode, text));
  }

  const usable = (make, mode) => {
    for (;;) {
      const text = make();
      if (semver.valid(text, optionsOf(mode))) return text;
    }
  };
  const relative = (text) => (random.chance(0.5) ? text.replace(/\d+(?!.*\d)/, (n) => Number(n) + 1) : text + (text.includes('-') ? '.1' : '-0'));
  for (let i = 0; i < orders; ++i) {
    const mode = random.pick(modes);
    const a = usable(version, mode);
    const b = random.chance(0.4) && semver.valid(relative(a), optionsOf(mode)) ? relative(a) : usable(version, mode);
    if (!semver.valid(b, optionsOf(mode))) continue;
    write(row('order', mode, a, b, semver.compare(a, b, optionsOf(mode)), semver.compareBuild(a, b, optionsOf(mode))));
  }

  // `<=1.2.9007199254740991` in a hyphen range: npm's form with prereleases has no next patch and refuses the
  // range as a whole; ours keeps the bound. Nothing published comes near it.
  const beyondPatch = (text) => / - \S*9007199254740991/.test(text);
  const minimumOf = (parsed, mode) => {
    try {
      // `>1.2.9007199254740991`: the next patch is no version, though npm sometimes names it.
      return semver.parse(semver.minVersion(parsed, optionsOf(mode))?.version ?? '', true)?.version;
    } catch {
      return null;
    }
  };
  let pairs = 0;
  const writeRange = (mode, text, pool) => {
    const options = optionsOf(mode);
    if (semver.validRange(text, options) === null) {
      write(row('range', mode, text, 0, null, null, null, null));
      return;
    }
    const bits = (more) => {
      const parsed = new semver.Range(text, { ...options, ...more });
      return pool.map((v) => (parsed.test(v) ? '1' : '0')).join('');
    };
    const best = semver.maxSatisfying(pool, text, options);
    const opened = beyondPatch(text) ? null : bits({ includePrerelease: true });
    pairs += pool.length * (opened === null ? 1 : 2);
    write(row('range', mode, text, 1, minimumOf(text, mode), bits({}), opened,
      best === null ? null : pool.indexOf(best)));
  };
  for (let i = 0; i < pools; ++i) {
    const pool = Array.from({ length: 50 }, () => usable(version, 'strict'));
    write(row('pool', pool.join(' ')));
    if (i === 0) NASTY_RANGES.forEach((text) => modes.forEach((mode) => writeRange(mode, text, pool)));
    for (let j = 0; j < rangesPerPool; ++j) {
      const text = range();
      modes.forEach((mode) => writeRange(mode, text, pool));
    }
  }
  return `${pairs} pairs of range and version`;
}
