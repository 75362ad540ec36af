import { describeAsRoot } from '@heddle/testing';
import { readEvents } from '../support/event-stream';
import { itIsEnforced } from '../support/enforcement';
import { visit } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { wirePolicy } from '../support/policies';

const VISITOR = 'heddle-visitor-0';
const door = wirePolicy('visitor', 'homeowner', 8080);

describeAsRoot('a policy posted over HTTP', () => {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = await Lab.start();
    home = await lab.addressOf('homeowner');
  }, 120_000);
  afterAll(() => lab?.stop(), 60_000);
  afterEach(() => lab.forbidAll());

  itIsEnforced(() => lab);

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
    const heddle = (...args: string[]): string => lab.cli(...args);
    const json = <T>(...args: string[]): T => JSON.parse(heddle(...args, '--output', 'json')) as T;

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
      expect(json<{ cells: unknown[] }>('cells').cells).toHaveLength(2);
      heddle('policy', 'remove', 'visitor', 'homeowner', '--protocol', 'tcp', '--port', '8080', '--wait');
      expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
    });
  });
});
