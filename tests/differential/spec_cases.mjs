// Rows about specifiers, answered by npm's `npm-package-arg`:
//   spec  text  answer              a value of a dependency map, in /base, with /home/user as home
//   arg   text  name  answer        a command-line argument
// The answer is `range`, `tag NAME`, `alias TARGET ANSWER`, `git URL COMMITTISH RANGE PATH`, `remote URL`, `path ABSOLUTE`
// or `error`. Git URLs are in our canonical form, which is computed here from what npm found in the text.
import { row } from './oracle.mjs';

const ALPHABET = [...'abzA01._-~@/:#?%!*()^+ |=<>&', 'git+', '::', '//', '..', '%2f', '%41', '%zz', '\u00a0', 'é', '\t', 'npm:', 'file:', 'http:', '.tgz', '.git'];

const NASTY = ['', ' ', '*', 'x', '^1', '1.2.3', '=1.2.3', 'v1', ' ^1 ', '>=1 <2', '1 || 2', '1 - 2', 'latest', 'next', 'Next.js', 'a b', 'tag!', 'tag%', 'é', '@', '@a', '@a/b',
  'npm:', 'npm:a', 'npm:a@', 'npm:a@1', 'npm:a@latest', 'npm:@s/a', 'npm:@s/a@^1', 'NPM:a@1', 'npm:1.2.3', 'npm:^1', 'npm:a@npm:b', 'npm:a@npm:b@npm:c', 'npm:npm:a',
  'npm:a@./b', 'npm:a@user/repo', 'npm:user/repo', 'npm:a@http://h/t.tgz', 'npm:http://h/t.tgz', 'npm:a.tgz', 'npm:@', 'npm:@s', 'npm:@s/', 'npm: a', 'npm:a @1', 'npm:a@1 2',
  'npm:A@1', 'npm:.a@1', 'npm:../a@1', 'npm:@s/../a@1', 'npm:a@b c',
  'file:', 'file:a', 'file:./a', 'file:../a', 'file:/a', 'file://a', 'file:///a', 'file:////a', 'file:/./a', 'file:/../a', 'file:///../a', 'file://../a', 'file:////../a', 'file:~/a',
  'file:/~/a', 'file:~', 'file:~a', 'file:a.tgz', 'file:a.TAR.GZ', 'file:a#b', 'file:a?b', 'file:a%20b', 'file:a b', 'file:a\\b', 'file:.', 'file:..', 'file:/', 'file://', 'file:///',
  '.', '..', './', '../', './a', '../a', './a.tgz', '/a', '/a/b.tar', '//a', '~/a', '~', '~a', '~1', '.a', '..a', 'C:a', 'c:\\a', 'C:/a', 'a/', 'a/b', 'a/b/c', 'a/b/c.tgz', 'a.tgz',
  'a.tar', 'a.tar.gz', 'A.TGZ', 'a.tgz ', '.tgz', 'tgz', 'a\\b', 'user/repo', 'user/repo#', 'user/repo#main', 'user/repo#semver:^1', 'user/repo#semver:^1.0%20%7C%7C%20^2',
  'user/repo#semver:%zz', 'user/repo#path:a', 'user/repo#path:/a/b', 'user/repo#main::path:a', 'user/repo#path:a::main', 'user/repo#a::b', 'user/repo#semver:1::main',
  'user/repo#main::semver:1', 'user/repo#semver:1::semver:2', 'user/repo#path:a::path:b', 'user/repo#other:x', 'user/repo#a&path:b', 'user/repo#a:b:c', 'user/repo#::', 'user/repo#a::',
  'user/repo#%61', 'user/repo#%zz', 'user/repo.git', 'user/repo.git#v1', 'user/repo/', 'user/repo/#x', 'user/ repo', 'user /repo', 'user/repo #x', 'user/repo# x', '-user/repo', 'user/-repo',
  'us@er/repo', 'user/re@po', 'user/repo#a@b', 'user/repo#a:b', 'user/..', 'user/.', 'user/.git', '../repo', 'u%73er/repo', 'user/%2e%2e', 'user/a%2fb', 'user/a%00b', 'user/a%', 'user/repo?x=y',
  'github:user/repo', 'github:user/repo#x', 'github:user/repo.git', 'github:repo', 'github:', 'github:/user/repo', 'github://user/repo', 'github:user/a/b', 'github:tok@user/repo', 'GITHUB:user/repo',
  'github:user/repo.git.git', 'github:user/', 'github:/', 'github: user/repo', 'github:user/repo?x#y', 'github:..%2f../x', 'github:user/%0a',
  'gitlab:user/repo', 'gitlab:a/b/c', 'gitlab:a/b/c#x', 'bitbucket:user/repo', 'bitbucket:user/repo#x', 'gist:abc', 'gist:user/abc', 'gist:abc#x', 'gist:', 'gist:abc.git', 'sourcehut:~user/repo',
  'https://github.com/user/repo', 'https://github.com/user/repo.git', 'https://github.com/user/repo.git.git', 'https://github.com/user/repo/', 'https://github.com/user/repo#x', 'https://github.com/user',
  'https://github.com/user/repo/tree/main', 'https://github.com/user/repo/tree/a/b', 'https://github.com/user/repo/tree/x#y', 'https://github.com/user/repo/archive/x.tgz',
  'https://github.com/user/repo/tarball/main', 'https://www.github.com/user/repo', 'https://GitHub.com/user/repo', 'HTTPS://github.com/user/repo', 'https://tok@github.com/user/repo',
  'https://u:p@github.com/user/repo.git#x', 'https://:p@github.com/user/repo', 'https://github.com:443/user/repo', 'https://github.com:8443/user/repo', 'https:github.com/user/repo', 'https:/github.com/user/repo',
  'https:\\\\github.com\\user\\repo', 'http://github.com/user/repo', 'git://github.com/user/repo', 'git+http://github.com/user/repo', 'git+https://github.com/user/repo', 'git+https://tok@github.com/user/repo',
  'git+https://GitHub.com/user/repo', 'git+ssh://git@github.com/user/repo.git#x', 'git+ssh://git@github.com:user/repo.git#x', 'git+ssh://github.com/user/repo', 'ssh://git@github.com/user/repo',
  'ssh://git@github.com:user/repo', 'git@github.com:user/repo', 'git@github.com:user/repo.git#semver:^1', 'git@github.com/user/repo', 'github.com/user/repo', 'github.com:user/repo', 'user@github.com:a/b',
  'git:github.com/user/repo', 'git:github.com:user/repo', 'git+ssh://git@github.com:22/user/repo', 'git+ssh://git@github.com:222:user/repo', 'git://tok@github.com/user/repo.git',
  'https://gitlab.com/a/b', 'https://gitlab.com/a/b/c', 'https://gitlab.com/a/b/-/archive/x.tgz', 'https://gitlab.com/a/b/repository/archive.tar.gz', 'https://gitlab.com/a', 'https://gitlab.com/',
  'http://gitlab.com/a/b', 'git://gitlab.com/a/b', 'git@gitlab.com:a/b/c.git', 'https://bitbucket.org/a/b', 'https://bitbucket.org/a/b/get/x.tgz', 'https://bitbucket.org/a/b/src', 'git@bitbucket.org:a/b',
  'https://gist.github.com/abc', 'https://gist.github.com/user/abc', 'https://gist.github.com/user/abc/raw/x', 'https://gist.github.com/', 'git@gist.github.com:abc.git', 'git+https://gist.github.com/abc#x',
  'https://git.sr.ht/~user/repo', 'https://git.sr.ht/~user/repo/archive/x.tar.gz', 'git@git.sr.ht:~user/repo', 'git+ssh://git@git.sr.ht/~user/repo', 'git+https://git.sr.ht/~user/repo',
  'git+https://host.example/a/b.git', 'git+https://host.example/a/b.git#main', 'git+https://u:p@host.example:99/a.git', 'git+ssh://git@host.example:a/b.git', 'git+ssh://git@host.example:a/b.git#semver:1',
  'git+ssh://ext::sh -c x', 'git+ssh://ext::x', 'git+ssh://u@ext::x', 'git+ssh://file:///a', 'git+ssh://u@h://a', 'user/repo#%07',
  'git+ssh://git@host.example:22/a/b.git', 'git+ssh://git@host.example:22', 'git+ssh://git@host.example:22a/b', 'git+ssh://host.example:a', 'git+ssh://git@host.example/a/b', 'GIT+SSH://git@host.example:a/b',
  'git@host.example:a/b.git', 'git://host.example/a', 'git://host.example:9418/a', 'git+http://host.example/a', 'git+file:///a/b', 'git+file://a', 'git+file:a', 'git+rsync://h/a', 'git+ftp://h/a',
  'git+svn://h/a', 'git+foo:bar', 'git+', 'git:', 'git://', 'git+https://', 'git+https:///a', 'git+https://h', 'git+https:h/a', 'git+ssh:', 'git+ssh://', 'git+ssh://:', 'git+https://h:x/a', 'git+https://h:99999/a',
  'git+https://-oProxyCommand=x/a', 'git+ssh://-oProxyCommand=x/a', 'git+ssh://git@-oX:a/b', 'git+ssh://-oX:a/b', 'git+https://h/../a/./b', 'git+https://h/%2e%2e/a', 'git+https://h/a b', 'git+https://h/a"<>`{}^|',
  'git+https://h/a?b=c d#e', 'git+https://h/a#b"<>`', 'git+https://a b/c', 'git+https://[::1]/a', 'git+https://[::1/a', 'git+https://h^/a', 'git+https://é/a', 'git+https://h/é',
  'http://host.example/a.tgz', 'https://host.example/a', 'https://host.example', 'HTTP://h/a', 'http:h', 'http:', 'http://', 'http:///a', 'http:///', 'https://u:p@h/a.tgz', 'https://h:99999/', 'https://h:x/', 'https://h:/a',
  'https://1.2.3.4/a', 'https://1.2.3/a', 'https://1.2.3.4.5/a', 'https://256.1.1.1/a', 'https://0x7f.1/a', 'https://1.2.3.4a/a', 'https://a.0x/', 'https://[::1]/a', 'https://[/', 'https://a b/', 'https://%41/', 'https://a%/', 'https://a|b/',
  ' https://h/a.tgz', 'https://h/a.tgz ', ' https://github.com/user/repo', '\thttps://github.com/user/repo', 'https://h/a\tb.tgz', 'https://@h/', 'https://@/', 'https://u@/a',
  'ftp://h/a', 'foo:bar', 'foo:', 'a:b', 'ab:c', 'svn+ssh://h/a', 'javascript:x', 'data:x', 'ssh://h/a', 'ssh://git@host.example/a/b', 'rsync://h/a', 'mailto:a@b', 'https', 'http', 'git', 'a@b', 'a@1', 'a@@', 'a@b:c', 'a@b.c:d',
  'constructor:x', '__proto__:x', 'user@host:path', 'x://y', '://', ':', ':a', '#', '#a', '?', 'a#b', 'a?b', '%', '%41', 'a%20', 'a/b@1', '@a/b@1', 'a,b', 'a;b', "a'b", '(a)', '~a~', '!a', 'a*', '$a', '{a}', '[a]', 'a|b', 'a\\'];

const ARGUMENTS = ['a', 'a@', 'a@1', 'a@^1 || 2', 'a@latest', 'a@npm:b', 'a@npm:b@1', 'a@npm:b@npm:c', '@s/a', '@s/a@', '@s/a@1', '@s/a@npm:@t/b@2', '@s', '@s@1', '@/a', '@s/a/b', '@s/a/b@1', 'a@./b', 'a@../b.tgz', 'a@file:b', 'a@/b',
  'a@~/b', 'a@user/repo', 'a@github:user/repo#x', 'a@https://h/a.tgz', '@s/a@https://github.com/u/r', 'a@git+ssh://git@h/a', 'a@git@github.com:u/r', 'a@git@h.example:u/r', '@s/a@git@h.example:u/r', 'git@h.example:u/r', 'git@h:u/r',
  'a.tgz', 'a.tgz@1', 'a/b@1', './a@1', './a', '.', '..', '/', '/a', '~/a', '~', 'A', 'A@1', '.a', '.a@1', '_a@1', 'a b', 'a b@1', 'a@b c', '^1', '1', '1.2.3', '1.x', '>=1', '*', 'x', '', '@', '@@', 'a@@b', 'node_modules', 'node_modules@1',
  'http@1', 'http', 'http:', 'npm:a', 'npm:a@1', 'C:a', 'C:\\a', 'user/repo', 'user/repo#a@b', 'file:a', 'https://h/a@1.tgz', 'a@foo:bar', 'a@:b', 'a@#', 'a%2fb', 'a@%2f', 'é', 'a@é'];

export function writeSpecCases({ npm, random, write, scaled }) {
  process.env.HOME = '/home/user';
  const npa = npm('npm-package-arg');

  const attempt = (ask) => {
    try {
      return ask();
    } catch {
      return null;
    }
  };
  // What we refuse though npm takes it: a repository that is not one, or a host that reads as an option.
  const unsafeName = (name) => /[\x00-\x20\x7f-\uffff"#%<>?@\\^`{|}]/.test(name) || name.split('/').some((s) => s === '' || s === '.' || s === '..');
  const canonicalHosted = ({ type, domain, user, project, auth, default: form }) => {
    const hasUser = type !== 'gist';
    if (unsafeName(project) || (hasUser && unsafeName(user ?? ''))) return null;
    if (hasUser && type !== 'gitlab' && user.includes('/')) return null;
    const path = hasUser ? `${user}/${project}` : project;
    if (form === 'sshurl') return `git+ssh://git@${domain}/${path}.git`;
    if (type === 'sourcehut') return `git+https://${domain}/${path}`;
    return `git+https://${auth && hasUser ? `${auth}@` : ''}${domain}/${path}.git`;
  };
  const hasControl = (text) => /[\x00-\x1f\x7f]/.test(text);
  const canonicalUrl = (found) => {
    if (found.rawSpec.startsWith('git+ssh://') && hasControl(found.rawSpec)) return null;
    const isShort = found.rawSpec.startsWith('git+ssh:') && !found.fetchSpec.startsWith('ssh:');
    // `git+ssh://host/a:b` is a URL to us; `host/a:b` would be a path of this machine to git.
    const isPlain = isShort || /^\s*git:/i.test(found.rawSpec);
    let url = isPlain ? found.fetchSpec : `git+${found.fetchSpec}`;
    // `git+ssh://host/a:b` is a URL to us; `host/a:b` would be a path of this machine to git.
    // A helper or a URL to git.
    if (isShort && /^[A-Za-z0-9+.-]+:(:|\/\/)/.test(url)) return null;
    if (isShort && !/^[!-.0-9;-~]+:/.test(url)) url = attempt(() => new URL(found.rawSpec).href.replace(/#.*$/s, ''));
    if (url === null) return null;
    const [, scheme, authority] = /^(?:([a-z+]*):\/\/)?([^/]*)/.exec(url);
    const isSsh = scheme === undefined || scheme.endsWith('ssh');
    return (isSsh && authority.startsWith('-')) || /^(.*@)?-[^@]*$/.test(authority) ? null : url;
  };
  // Paths that npm takes through a file: URL and so changes: `FILE:` as part of the path, drives of Windows,
  // `a//..`, and a `~` that is not the first part of the path.
  const isOddPath = (text) => (/^file:/i.test(text) && !text.startsWith('file:')) || /^(file:\/*)?[a-z]:/i.test(text) || /\/\/.*\.\./.test(text) ||
    /\.\/+~(\/|$)|~\/(\/|.*\.\.)/.test(text);
  // `@./a` and `@../a`: names to npm, no paths to us.
  const isOddScope = (name) => /^@\.\.?\//.test(name);
  const answerOf = (found) => {
    switch (found.type) {
      case 'version': case 'range': return 'range';
      case 'tag': return `tag ${found.fetchSpec}`;
      case 'alias': return isOddScope(found.subSpec.name) ? 'error' : `alias ${found.subSpec.name} ${answerOf(found.subSpec)}`;
      case 'remote': return `remote ${found.fetchSpec}`;
      case 'file': case 'directory': return isOddPath(found.rawSpec) ? 'path' : `path ${found.fetchSpec}`;
      case 'git': {
        const url = found.hosted ? canonicalHosted(found.hosted) : canonicalUrl(found);
        if (url === null || hasControl(found.gitCommittish || '') || hasControl(found.gitRange || '')) return 'error';
        return ['git', url, found.gitCommittish || '-', found.gitRange || '-', (found.gitSubdir || '').replace(/^\/+/, '') || '-'].join(' ');
      }
      default: return `unknown ${found.type}`;
    }
  };
  // Ours, which npm does not know, and texts whose answer hangs on a defect: `/tree` without a branch is the branch
  // "undefined", Node 20 leaves `/.` in paths that hold `/.a` before it and drops the root of `/..`. Hosts beyond ASCII are never known ones to us,
  // and white space beyond ASCII is not cut off tags.
  const isSkipped = (text) => /^(workspace|catalog|link):/.test(text) || /\/tree\/?($|#|\?)/.test(text) ||
    /\/\.[^/]+\/(.*\/)?\.\.?([/#?]|$)/.test(text) || /[:@].*\/\.\.?([#?]|$)/.test(text) || /git\+file:\/\/[a-z]:/i.test(text) ||
    (/[\u0000\u0080-\uffff]/.test(text) && /:/.test(text)) ||
    /^[^\x00-\x7f]|[^\x00-\x7f]$|@[^\x00-\x7f]/.test(text);
  const writeSpec = (text) => {
    if (isSkipped(text)) return;
    const found = attempt(() => npa.resolve('pkg', text, '/base'));
    write(row('spec', text, found ? answerOf(found) : 'error'));
  };
  const writeArgument = (text) => {
    if (isSkipped(text)) return;
    const found = attempt(() => npa(text, '/base'));
    // A range or tag for no package is of no use.
    const usable = found && !isOddScope(found.name) && (found.name || !found.registry) && !(found.type === 'alias' && !found.name);
    write(row('arg', text, usable ? found.name || '' : '', usable ? answerOf(found) : 'error'));
  };

  const word = () => Array.from({ length: 1 + random.below(5) }, () => random.pick(['a', 'b', 'c', '-', '.', '_', '1', 'Z', '~'])).join('');
  const domain = () => random.weighted([[8, 'github.com'], [4, 'gitlab.com'], [3, 'bitbucket.org'], [3, 'gist.github.com'], [2, 'git.sr.ht'], [6, 'host.example'], [1, 'localhost'], [1, 'www.github.com'], [1, 'GitHub.com']]);
  const scheme = () => random.weighted([[6, 'https'], [3, 'http'], [4, 'git+https'], [4, 'git+ssh'], [2, 'ssh'], [2, 'git'], [1, 'git+http'], [1, 'git+file'], [0.5, 'ftp'], [0.5, 'foo']]);
  const user = () => random.weighted([[8, ''], [3, 'git@'], [1, () => `${word()}:${word()}@`], [1, () => `${word()}@`]]);
  const committish = () => random.weighted([[6, ''], [3, () => `#${word()}`], [2, '#semver:^1.2'], [1, () => `#path:${word()}/${word()}`], [1, () => `#${word()}::path:${word()}`], [0.5, () => `#${word()}%20${word()}`]]);
  const path = () => Array.from({ length: 1 + random.below(4) }, word).join('/') + random.weighted([[5, ''], [3, '.git'], [2, '.tgz'], [1, '/']]);
  const range = () => random.pick(['^', '~', '', '>=', '<']) + [random.below(5), random.below(5), random.below(9)].slice(0, 1 + random.below(3)).join('.');
  const registry = () => random.weighted([[6, range], [2, () => `${range()} || ${range()}`], [3, word], [1, '*'], [1, '']]);
  const name = () => (random.chance(0.3) ? `@${word()}/${word()}` : word());
  const spec = () => random.weighted([[5, registry], [3, () => `npm:${name()}${random.chance(0.8) ? `@${registry()}` : ''}`], [4, () => `${word()}/${word()}${committish()}`],
    [4, () => `${random.pick(['github', 'gitlab', 'bitbucket', 'gist', 'sourcehut'])}:${path()}${committish()}`], [8, () => `${scheme()}://${user()}${domain()}${random.pick(['/', '/', ':', ':22/'])}${path()}${committish()}`],
    [3, () => `${random.pick(['git@', 'me@', ''])}${domain()}:${path()}${committish()}`], [3, () => random.pick(['./', '../', '/', '~/', 'file:', 'file:../', 'file:///', 'file:/']) + path()]]);
  NASTY.forEach(writeSpec);
  NASTY.forEach(writeArgument);
  ARGUMENTS.forEach(writeArgument);
  for (let i = scaled(6000); i > 0; --i) {
    const text = random.chance(0.15) ? random.pick(NASTY) : spec();
    writeSpec(random.chance(0.4) ? random.mutate(text, ALPHABET) : text);
  }
  for (let i = scaled(4000); i > 0; --i) {
    const text = random.chance(0.15) ? random.pick(ARGUMENTS) : random.chance(0.7) ? `${name()}@${spec()}` : spec();
    writeArgument(random.chance(0.3) ? random.mutate(text, ALPHABET) : text);
  }
  return 'specifiers and arguments';
}
