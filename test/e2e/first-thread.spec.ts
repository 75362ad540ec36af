import { execFileSync } from 'node:child_process';
import { describeAsRoot } from '@heddle/testing';
import { readEvents } from '../support/event-stream';
import { HeldConnection, visit, visitUntil } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const VISITOR = 'heddle-visitor-0';
const HOMEOWNER = 'heddle-homeowner-0';
/** A refusal is an answer: it comes at once, not when somebody's patience is over. Bounded by what starting curl takes. */
const AT_ONCE_MS = 1_000;

const door = wirePolicy('visitor', 'homeowner', 8080);

describeAsRoot('a policy posted over HTTP', () => {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = await Lab.start();
    home = await lab.addressOf('homeowner');
  }, 120_000);
  afterAll(() => lab?.stop(), 60_000);
  afterEach(async () => {
    const { policies } = await lab.heddle.get<{ policies: unknown[] }>(POLICIES);
    if (policies.length > 0) await lab.forbid(...policies);
  });

  it('is not needed to be refused at once', async () => {
    const { result, ms } = await visit(VISITOR, home, 8080);
    expect(result).toBe('refused');
    expect(ms).toBeLessThan(AT_ONCE_MS);
  });

  it('opens its port, in its direction, and closes it again', async () => {
    const opened = await lab.allow(door);
    expect(opened.enforcement).toMatchObject({ state: 'in-force', cellsConcerned: 2 });
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/^Welcome home, visitor from 10\.255\./);
    expect((await visit(VISITOR, home, 8081)).result).toBe('refused');
    expect((await visit(HOMEOWNER, await lab.addressOf('visitor'), 8080)).result).toBe('refused');
    const closed = await lab.forbid(door);
    expect(closed.enforcement.state).toBe('in-force');
    expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
  });

  it('works before anybody waits for it', async () => {
    await lab.heddle.request('POST', POLICIES, policiesBody(door));
    expect(await visitUntil(VISITOR, home, 8080, /Welcome/)).toMatch(/Welcome/);
  });

  it('when removed cuts the connection that is held, and leaves the one of another policy alone', async () => {
    const other = wirePolicy('visitor', 'homeowner', 8081);
    await lab.allow(door, other);
    const held = await HeldConnection.open(VISITOR, home, 8080);
    const kept = await HeldConnection.open(VISITOR, home, 8081);
    expect(await held.isOpenAfter(300)).toBe(true);
    await lab.forbid(door);
    expect(await held.isCut()).toBe(true);
    expect(await kept.isOpenAfter(300)).toBe(true);
    kept.close();
  });

  it('covers a range to both its ends', async () => {
    await lab.allow(wirePolicy('visitor', 'homeowner', 8000, 8080));
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
    expect((await visit(VISITOR, home, 8081)).result).toBe('refused');
  });

  it('is answered by each cell with a receipt, in the change and in the live stream', async () => {
    const following = readEvents(
      lab.heddle.url,
      lab.heddle.token,
      (events) =>
        events.filter(({ event }) => event === 'receipt').length >= 2 && events.some(({ event }) => event === 'change'),
    );
    const { seq, enforcement } = await lab.allow(door);
    expect(enforcement.cells.map(({ cell, state }) => [cell, state])).toEqual([
      ['cell-1', 'enforced'],
      ['cell-2', 'enforced'],
    ]);
    for (const { latencyMs } of enforcement.cells) expect(latencyMs).toBeGreaterThanOrEqual(0);
    const events = await following;
    expect(events.find(({ event }) => event === 'change')?.data).toMatchObject({ seq });
    const receipts = events
      .filter(({ event }) => event === 'receipt')
      .map(({ data }) => data as { cell: string; changes: number[] });
    expect(receipts.map(({ cell }) => cell).sort()).toEqual(['cell-1', 'cell-2']);
    for (const { changes } of receipts) expect(changes).toEqual([seq]);
  });

  it('can be read again from any event of the stream, without loss or repetition', async () => {
    await lab.allow(door);
    await lab.forbid(door);
    const last = (await lab.newestChange()).seq;
    const isLast = (events: readonly { event: string; data: unknown }[]) => {
      const receipts = events.flatMap(({ event, data }) =>
        event === 'receipt' ? [data as { changes: number[] }] : [],
      );
      return receipts.filter(({ changes }) => changes.includes(last)).length === 2;
    };
    const all = (await readEvents(lab.heddle.url, lab.heddle.token, isLast, '0.0')).filter(
      ({ event }) => event !== 'hello',
    );
    expect(all.filter(({ event }) => event === 'change')).toHaveLength(last);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const at of [0, Math.floor(all.length / 2), all.length - 3]) {
      const resumed = await readEvents(lab.heddle.url, lab.heddle.token, isLast, all[at]?.id);
      expect(resumed.filter(({ event }) => event !== 'hello')).toEqual(all.slice(at + 1));
    }
  });

  it('shows in the list of cells', async () => {
    await lab.allow(door);
    const cells = await lab.cells();
    expect(cells.map(({ cell, state, waitingFor }) => [cell, state, waitingFor])).toEqual([
      ['cell-1', 'live', []],
      ['cell-2', 'live', []],
    ]);
    expect(cells.map(({ containers }) => containers.map(({ app }) => app))).toEqual([['visitor'], ['homeowner']]);
  });

  describe('from the command line', () => {
    const heddle = (...args: string[]): string =>
      execFileSync('bin/heddle', args, {
        encoding: 'utf8',
        env: { ...process.env, HEDDLE_URL: lab.heddle.url, HEDDLE_DATA_DIR: lab.heddle.dataDir },
      });
    // Before whatever a `--` sets apart.
    const json = <T>(first: string, second: string, ...rest: string[]): T =>
      JSON.parse(heddle(first, second, '--output', 'json', ...rest)) as T;

    it('is added, waited for, listed and removed', async () => {
      heddle(
        'policy',
        'add',
        'visitor',
        'homeowner',
        '--protocol',
        'tcp',
        '--port',
        '8080',
        '--reason',
        'a visit',
        '--wait',
      );
      expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
      expect(json<{ total_policies: number }>('policy', 'list')).toMatchObject({ total_policies: 1 });
      const { changes } = json<{ changes: { seq: number; reason: string }[] }>('changes', '--limit=1');
      expect(changes[0]?.reason).toBe('a visit');
      expect(heddle('wait', '--change', String(changes[0]?.seq))).toMatch(/is in force on 2 cells/);
      expect(json<{ cells: unknown[] }>('cells', '--output=json').cells).toHaveLength(2);
      heddle('policy', 'remove', 'visitor', 'homeowner', '--protocol', 'tcp', '--port', '8080', '--wait');
      expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
    });

    it('reaches containers started in the lab, on the same cell and across', async () => {
      const same = json<{ address: string }>(
        'lab',
        'run',
        'homeowner',
        '--cell',
        '1',
        '--index',
        '1',
        '--',
        process.execPath,
        'dist/apps/demo/src/homeowner.js',
      );
      try {
        expect((await visit(VISITOR, same.address, 8080)).result).toBe('refused');
        await lab.allow(door);
        expect(await visitUntil(VISITOR, same.address, 8080, /Welcome/)).toMatch(/Welcome/);
        expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
        expect((await visit('heddle-homeowner-1', home, 8080)).result).toBe('refused');
        expect(heddle('lab', 'ps')).toMatch(/homeowner\/1 +cell-1 +10\.255\./);
        await lab.forbid(door);
        expect((await visit(VISITOR, same.address, 8080)).result).toBe('refused');
      } finally {
        heddle('lab', 'rm', 'homeowner', '--index', '1');
      }
      expect(heddle('lab', 'ps')).not.toMatch(/homeowner\/1/);
      expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain('heddle-homeowner-1');
    });
  });
});
