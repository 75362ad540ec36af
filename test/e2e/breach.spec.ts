import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAsRoot, RunningHeddle } from '@heddle/testing';
import { cutOff, heal } from '../support/cut-off';
import { Lab } from '../support/lab';
import { until } from '../support/processes';
import { ProbedLab, type ProbedContainer } from '../support/probed-lab';

interface Exposure {
  readonly closedAt: string | null;
  readonly windowMs: number | null;
  readonly cells: readonly { cell: string; latencyMs: number | null; unknownSince: string | null }[];
}

/** Whether the cell that has to stop allowing it does not answer. */
const isUnknown = ([one]: Exposure['cells']) => typeof one?.unknownSince === 'string';

const PORT = 7000;
const CUT_OFF = 'cell-2';

/**
 * The story of docs/guides/a-breach.md: ann opens the vault to the shop by mistake, somebody uses it, bob closes it while the cell
 * of the vault is cut off. Afterwards only the command line is asked what happened.
 */
describeAsRoot('a breach', () => {
  let directory: string;
  let probed: ProbedLab;
  let shop: ProbedContainer;
  let vault: ProbedContainer;
  let opened: number;
  let closed: number;
  const tokens = {} as Record<'ann' | 'bob' | 'eve', string>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'heddle-breach-'));
    probed = await ProbedLab.open(await Lab.start({ HEDDLE_LOG_LEVEL: 'fatal' }));
    shop = await probed.run('shop', 0, 'cell-1');
    vault = await probed.run('vault', 0, CUT_OFF);
    for (const [user, scope] of [
      ['ann', 'network.admin'],
      ['bob', 'network.admin'],
      ['eve', 'audit.read'],
    ] as const)
      tokens[user] = heddle('ann', 'token', 'create', '--user', user, '--scope', scope, '--expires', '1h').trim();
  }, 120_000);
  afterAll(async () => {
    probed?.close();
    await RunningHeddle.stopAll();
    rmSync(directory, { recursive: true });
  }, 60_000);

  /** What `heddle` prints to somebody. */
  function heddle(who: keyof typeof tokens, ...args: readonly string[]): string {
    const { url, dataDir } = probed.lab.heddle;
    const settings = { HEDDLE_URL: url, HEDDLE_DATA_DIR: dataDir, ...(tokens[who] && { HEDDLE_TOKEN: tokens[who] }) };
    const env = { ...process.env, TZ: 'UTC', ...settings };
    return execFileSync('bin/heddle', args, { encoding: 'utf8', env });
  }
  const json = <T>(...args: readonly string[]) => JSON.parse(heddle('eve', ...args, '--output', 'json')) as T;
  /** The numbers of the changes that the story is about, the oldest first. */
  const story = async () => {
    const { changes } = await probed.lab.heddle.get<{ changes: { seq: number }[] }>(
      '/api/v1/changes?type=policies-changed',
    );
    return changes.map(({ seq }) => seq).reverse();
  };
  const exposure = async () => probed.lab.heddle.get<Exposure>(`/api/v1/changes/${closed}/exposure`);
  const reaches = async () => (await shop.prober.probe([['tcp', vault.address, PORT]]))[0];

  it('happens', async () => {
    const ports = ['--protocol', 'tcp', '--port', `${PORT}`];
    heddle('ann', 'policy', 'add', 'shop', 'cart', ...ports, '--reason', 'SHOP-1 the cart', '--wait');
    heddle('ann', 'policy', 'add', 'vault', 'ledger', ...ports, '--reason', 'SHOP-7 bookkeeping', '--wait');
    heddle('ann', 'policy', 'add', 'shop', 'vault', ...ports, '--reason', 'SHOP-9 test the checkout', '--wait');
    expect(await reaches()).toBe(true);
    await shop.prober.hold('tcp', vault.address, PORT);

    cutOff(CUT_OFF);
    heddle('bob', 'policy', 'remove', 'shop', 'vault', ...ports, '--reason', 'NET-42 the vault is open to the shop');
    [, , opened = 0, closed = 0] = await story();
    await until('the cell is missed', async () => isUnknown((await exposure()).cells), 60_000);
    expect(heddle('eve', 'changes', 'exposure', `${closed}`)).toMatch(
      /1 cell of 1 may still allow it\n[^]*cell-2 +unknown since 20/,
    );
    expect(await reaches()).toBe(true);
    expect((await shop.prober.held()).tcp.isOver).toBe(false);

    heal(CUT_OFF);
    await until('it is closed', async () => !(await reaches()), 60_000);
    await until('the held connection is cut', async () => (await shop.prober.held()).tcp.isOver, 30_000);
  }, 180_000);

  it('is reconstructed: who, when and why', () => {
    const told = heddle('eve', 'reach', 'check', 'shop', 'vault');
    expect(told).toMatch(/denied[^]*removed by change \d+ of bob/);
    expect(told).toContain('NET-42 the vault is open to the shop');
    const before = heddle('eve', 'reach', 'check', 'shop', 'vault', '--at', `${opened}`);
    expect(before).toMatch(/allowed[^]*by change \d+ of ann/);
    expect(before).toContain('SHOP-9 test the checkout');
    const range = ['--since', `${opened - 1}`, '--until', `${opened}`];
    expect(heddle('eve', 'reach', 'diff', ...range)).toMatch(/^\+ +shop +vault +tcp 7000/m);
  });

  it('is reconstructed: for how long each cell was open, and what was cut then', async () => {
    await until('the cell has answered', async () => (await exposure()).closedAt !== null, 60_000);
    const { windowMs, cells } = json<Exposure>('changes', 'exposure', `${closed}`);
    expect(cells).toMatchObject([{ cell: CUT_OFF, latencyMs: windowMs }]);
    expect(windowMs).toBeGreaterThan(1_000);
    const { enforcement } = json<{ enforcement: { flowsCut: number } }>('changes', 'show', `${closed}`);
    expect(enforcement.flowsCut).toBeGreaterThan(0);
  }, 120_000);

  it('is reconstructed: what could be reached meanwhile, over others too', () => {
    const { hops } = json<{ hops: { app: string }[][] }>('reach', 'hops', 'shop', '--at', `${opened}`);
    expect(hops.map((hop) => hop.map(({ app }) => app))).toEqual([['cart', 'vault'], ['ledger']]);
    expect(json<{ hops: unknown[] }>('reach', 'hops', 'shop').hops).toMatchObject([[{ app: 'cart' }]]);
  });

  it('is proven to somebody else, on a machine without a network', () => {
    const bundle = join(directory, 'breach.jsonl');
    const key = join(directory, 'key.pem');
    expect(heddle('eve', 'audit', 'export', '-o', bundle)).toContain('nothing is wrong: 6 events (1 to 6)');
    writeFileSync(key, heddle('eve', 'audit', 'key'));
    const verify = (...args: string[]) =>
      spawnSync('unshare', ['--net', 'bin/heddle', 'audit', 'verify', ...args, '--public-key', key], {
        ...{ encoding: 'utf8', env: { PATH: process.env.PATH, HOME: directory } },
      });
    const { status, stderr } = verify(bundle);
    expect([status, stderr]).toEqual([0, '']);

    const forged = join(directory, 'forged.jsonl');
    writeFileSync(forged, readFileSync(bundle, 'utf8').replace('SHOP-9', 'SHOP-8'));
    const { status: found, stdout: verdict } = verify(forged);
    expect(found).toBe(4);
    expect(verdict).toMatch(new RegExp(`\\b${opened}\\b`));
  }, 60_000);

  it('cannot be done by who only looks', () =>
    expect(() => heddle('eve', 'policy', 'add', 'shop', 'vault', '--protocol', 'tcp', '--port', `${PORT}`)).toThrow(
      /does not suffice/,
    ));
});
