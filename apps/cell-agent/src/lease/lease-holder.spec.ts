import type { LeaseDocument } from '@heddle/calc';
import { LeaseRefused, type LeaseGrant } from '@heddle/cell-protocol';
import { FatalError } from '@heddle/platform';
import { until } from '@heddle/testing';
import { Alarms } from '../alarms';
import { grant, leaseDocument, silent } from '../testing/samples';
import { LeaseHolder } from './lease-holder';

const INCARNATION = '00000000-0000-4000-8000-000000000001';

/** A control plane that answers each question with the next of these, and then with nothing but time-outs. */
class Control {
  readonly answers: (LeaseGrant | Error)[] = [];
  constructor(private readonly journal: string[]) {}

  readonly acquire = async (held: LeaseGrant | undefined): Promise<LeaseGrant> => {
    const answer = this.answers.shift() ?? new Error('TIMEOUT');
    await new Promise(setImmediate);
    if (answer instanceof LeaseRefused || !(answer instanceof Error))
      this.journal.push(`asked${held ? `, holding ${held.lease.overlaySubnet}` : ''}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };

  readonly release = async (): Promise<void> => void this.journal.push('released');
}

let journal: string[];
let control: Control;
let alarms: Alarms;
let documents: LeaseDocument[];
let holder: LeaseHolder;
let stop: AbortController;
let keeping: Promise<void> | undefined;

beforeEach(() => {
  journal = [];
  control = new Control(journal);
  alarms = new Alarms(silent);
  documents = [];
  stop = new AbortController();
  keeping = undefined;
  holder = holderThatWaits(20);
});

function holderThatWaits(offlineAfterMs: number): LeaseHolder {
  return new LeaseHolder({
    ...{ cell: 'cell-1', incarnation: INCARNATION, control, alarms, logger: silent, offlineAfterMs },
    documents: () => documents,
    confirmed: () => void journal.push('confirmed'),
    forwarding: {
      start: async ({ lease }) => void journal.push(`forwards ${lease.overlaySubnet}`),
      reach: async ({ overlayNetworks }) => void journal.push(`reaches ${overlayNetworks.join()}`),
      stop: async () => void journal.push('stopped'),
    },
  });
}
afterEach(async () => {
  stop.abort();
  await keeping;
});

const begin = (kept?: LeaseGrant) => holder.begin(kept, stop.signal);
const own = (rev: number, n = 1) => ({ ...leaseDocument(n, rev), cell: 'cell-1', incarnation: INCARNATION });
const ended = (rev: number): LeaseDocument => ({ cell: 'cell-1', rev, incarnation: INCARNATION, peer: null });
/** Lets it hold the first lease, confirmed by change 5. */
async function holding(): Promise<void> {
  control.answers.push(grant(1));
  await begin();
  holder.documentCame(own(5));
  keeping = holder.keep(stop.signal);
  journal.splice(0);
}
const codes = () => alarms.list().map(({ code }) => code);

describe('a cell gets its lease', () => {
  it('however long the control plane is away, or cannot answer', async () => {
    control.answers.push(new Error('TIMEOUT'), new LeaseRefused('unavailable', 'try again'), grant(1));
    await begin();
    expect(journal.at(-1)).toBe('forwards 10.255.1.0/24');
    expect([holder.grant, holder.isStale]).toEqual([grant(1), false]);
  });

  it('not at all when it is refused for good: the agent stops, with the reason, and forwards nothing', async () => {
    control.answers.push(new LeaseRefused('incarnation-superseded', 'another one took over'));
    const beginning = begin();
    await expect(beginning).rejects.toBeInstanceOf(FatalError);
    await expect(beginning).rejects.toThrow('another one took over');
    expect(journal).toEqual(['asked', 'stopped']);
  });

  it.each([
    ['underlay-address-taken', 'the cell at its address is alive'],
    ['no-lease-available', 'all 255 subnets are leased'],
  ])('later, when the refusal has passed: %s', async (code, message) => {
    const refusal = new LeaseRefused(code, message);
    control.answers.push(refusal, refusal);
    const beginning = begin();
    await until(() => codes().includes('lease-refused'));
    expect(alarms.list().map((alarm) => alarm.message)).toEqual([message]);
    control.answers.push(grant(1));
    await beginning;
    expect(journal).toEqual(['asked', 'stopped', 'asked', 'asked', 'forwards 10.255.1.0/24']);
    expect(codes()).toEqual([]);
  });

  it('no more when it is told to stop meanwhile', async () => {
    const beginning = begin();
    stop.abort(new Error('stopped'));
    await expect(beginning).rejects.toThrow('stopped');
  });

  it('and says which it had in the last run', async () => {
    holder = holderThatWaits(60_000);
    control.answers.push(grant(1));
    await begin(grant(1));
    expect(journal).toEqual(['asked, holding 10.255.1.0/24', 'forwards 10.255.1.0/24']);
  });
});

describe('a cell that can ask nobody', () => {
  it('works with the lease of the last run, and goes on once that is confirmed', async () => {
    await begin(grant(1));
    expect([journal, holder.isStale]).toEqual([['forwards 10.255.1.0/24'], true]);
    control.answers.push(grant(1));
    await until(() => !holder.isStale);
    expect(journal).toEqual(['forwards 10.255.1.0/24', 'asked, holding 10.255.1.0/24', 'confirmed']);
  });

  it('forwards on when its lease is confirmed and the overlay has another network', async () => {
    await begin(grant(1));
    const wider = { ...grant(1), overlayNetworks: ['10.9.0.0/22', '10.255.0.0/16'] };
    control.answers.push(wider);
    await until(() => holder.grant?.overlayNetworks.length === 2);
    expect(journal).toEqual([
      ...['forwards 10.255.1.0/24', 'asked, holding 10.255.1.0/24'],
      ...['reaches 10.9.0.0/22,10.255.0.0/16', 'confirmed'],
    ]);
  });

  it.each<[string, LeaseGrant | Error]>([
    ['it is given another', grant(9)],
    ['it is refused', new LeaseRefused('incarnation-superseded', 'another one took over')],
  ])('stops before anything else when %s', async (_, answer) => {
    await begin(grant(1));
    keeping = holder.keep(stop.signal);
    control.answers.push(answer, grant(9));
    await until(() => journal.includes('forwards 10.255.9.0/24'));
    expect(journal.slice(1)).toEqual([
      'asked, holding 10.255.1.0/24',
      ...['stopped', 'released', 'asked', 'forwards 10.255.9.0/24'],
    ]);
  });
});

describe('a cell that loses its lease', () => {
  it.each<[string, () => void]>([
    ['its document says that it has ended', () => holder.documentCame(ended(6))],
    ['another incarnation holds it', () => holder.documentCame({ ...own(6), incarnation: 'another' })],
    ['another cell was given the subnet', () => holder.documentCame({ ...own(6), cell: 'cell-2' })],
    ['nobody could be asked for too long', () => holder.lose('too long')],
  ])('stops first, raises an alarm, then gets another: %s', async (_, lose) => {
    await holding();
    lose();
    expect(holder.grant).toBeNull();
    await until(() => journal.includes('released'));
    expect(journal).toEqual(['stopped', 'released']);
    expect(codes()).toEqual(['lease-lost']);
    control.answers.push(grant(9));
    await until(() => holder.grant !== null);
    expect(journal).toEqual(['stopped', 'released', 'asked', 'forwards 10.255.9.0/24']);
    expect(codes()).toEqual([]);
  });

  it('goes on without one while it is refused, and says so', async () => {
    await holding();
    control.answers.push(new LeaseRefused('no-lease-available', 'all 255 subnets are leased'));
    holder.documentCame(ended(6));
    await until(() => codes().includes('lease-refused'));
    expect(alarms.list().map(({ message }) => message)).toContain('all 255 subnets are leased');
    expect([journal, holder.grant]).toEqual([['stopped', 'released', 'asked'], null]);
  });

  it('hears of what was decided while it got the lease', async () => {
    documents = [{ ...leaseDocument(1, 8), cell: 'cell-2' }, own(5)];
    control.answers.push(grant(1));
    await begin();
    expect(holder.grant).toBeNull();
  });

  it('does not take the end of an earlier lease for that of this one', async () => {
    control.answers.push(grant(1));
    await begin();
    holder.documentCame(ended(3));
    holder.documentCame(own(5));
    holder.documentCame(ended(4));
    expect(holder.grant).toEqual(grant(1));
  });
});
