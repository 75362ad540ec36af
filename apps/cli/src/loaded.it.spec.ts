import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMMANDS } from './commands';
import { answerJson, type FakeControlPlane, fakeControlPlane } from './testing/fake-control-plane';

/* What a command loads is most of what it costs: see docs/adr/0069. A name that is missing below is to be loaded by who uses it. */

const ROOT = join(__dirname, '../../..');
/** Lets node take the program without a build. */
const LOADER = join(ROOT, 'scripts/lib/load-typescript.js');
/** Runs the command line, and says on stderr what was loaded for it. */
const SCRIPT = `
  const before = new Set(Object.keys(require.cache));
  process.on('exit', () => {
    const files = Object.keys(require.cache).filter((file) => !before.has(file));
    const builtIn = process.moduleLoadList.map((name) => name.replace(/^\\w+ /, ''));
    console.error(JSON.stringify({ files, builtIn }));
  });
  require(${JSON.stringify(join(__dirname, 'main.ts'))});`;

let plane: FakeControlPlane;
beforeAll(async () => {
  plane = await fakeControlPlane(({ path }, response) =>
    answerJson(response, path.startsWith('/api') ? { changes: [], next: null } : { total_policies: 0, policies: [] }),
  );
});
afterAll(() => plane.close());

async function loadedBy(...argv: string[]) {
  const env = { PATH: process.env.PATH, HEDDLE_TOKEN: 'secret', HEDDLE_URL: plane.url };
  const words = ['--require', LOADER, '-e', SCRIPT, '--', 'heddle', ...argv];
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const { files, builtIn } = JSON.parse(err.trim().split('\n').at(-1) ?? '') as { files: string[]; builtIn: string[] };
  const found = (pattern: RegExp) => [...new Set(files.flatMap((file) => pattern.exec(file)?.[1] ?? []))].sort();
  return {
    out,
    packages: found(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/),
    libraries: found(new RegExp(`^${ROOT}/libs/(.*?)(?:/index)?\\.ts$`)),
    commands: found(new RegExp(`^${ROOT}/apps/cli/src/(?:\\w+)/(\\w+)-command\\.ts$`)),
    builtIn,
  };
}

const TABLES = ['cli-table3', 'string-width', 'strip-ansi', 'ansi-regex', 'emoji-regex', 'is-fullwidth-code-point'];
/** Folders of libraries, and files. */
const LIBRARIES_OF_LISTS = [
  ...[
    'domain/src/ipv4',
    'event-log/src/proof/lines',
    'platform/src/auth/admin-token-path',
    'platform/src/logging/levels',
  ],
  ...['platform/src/config', 'platform/src/errors', 'platform/src/files', 'platform/src/time'],
];

it.each([['--help'], ['--version'], ['cels']])(
  'the command line itself loads the parser of command lines, and errors (heddle %s)',
  async (word) => {
    const { packages, libraries, commands, builtIn } = await loadedBy(word);
    expect(packages).toEqual(['commander']);
    expect(libraries.filter((library) => !library.startsWith('platform/src/errors'))).toEqual([]);
    expect(commands).toEqual([]);
    expect(builtIn).not.toContain('http');
  },
  60_000,
);

it.each([
  ['policy list', 'no policies\n', ['policy']],
  ['changes', 'no changes\n', ['changes']],
])(
  'heddle %s loads what reads and prints an answer, and no other command',
  async (line, answer, own) => {
    const { out, packages, libraries, commands, builtIn } = await loadedBy(...line.split(' '));
    expect(out).toBe(answer);
    expect(packages).toEqual([...TABLES, 'commander', 'eventsource-parser', 'zod'].sort());
    expect(
      libraries.filter((library) => !LIBRARIES_OF_LISTS.some((known) => `${library}/`.startsWith(`${known}/`))),
    ).toEqual([]);
    expect(commands).toEqual(own);
    expect(builtIn).toContain('http');
    expect(builtIn).not.toContain('internal/deps/undici/undici');
  },
  60_000,
);

// The lab makes network namespaces, with the tools of the data plane.
it.each(COMMANDS.filter(({ name }) => name !== 'lab'))(
  'heddle $name is loaded without nats, logger and metrics',
  async ({ name }) => {
    const { libraries, packages } = await loadedBy(name, '--help');
    expect(libraries).not.toContain('platform/src');
    expect(packages.filter((name) => /^(nats|pino|prom-client|yaml)$/.test(name))).toEqual([]);
  },
  60_000,
);
