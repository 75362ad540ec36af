import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce, policyContradiction, policyDecider, type PolicyBook, type PolicyEvent } from '@heddle/domain';
import {
  decodeEvent,
  EMPTY_CHAIN,
  follow,
  fromFact,
  GENESIS_HASH,
  sealEvent,
  signCheckpoint,
  verifyBundle,
  writeBundle,
  type Checkpoint,
  type LoggedEvent,
  type SealedEvent,
} from '@heddle/event-log';
import { ensureKeyRing, type KeyRing } from '@heddle/platform';
import { readEventData } from '@heddle/read-model';
import { print } from './summary';

/**
 * A log replayed from zero in memory, on one thread: events from their bytes, held against the one before and into the digest of the
 * whole (which is how a start verifies the log), folded into the book of policies, and judged: read as what their types say, and held
 * against the book that each follows on. Rates are per second of processor time, so that
 * they mean something on a busy machine; one is by the clock. At last, how fast a bundle of at most 100 000 of them is verified. `--events=<n>` (100 000).
 */
const EVENTS = Number(process.argv.find((arg) => arg.startsWith('--events='))?.slice(9) ?? 100_000);
/** So many are held in memory at once. */
const SLICE = 10_000;
/** So many policies stand at a time: what is added is removed again after so many events. */
const STANDING = 5_000;
const APPS = 500;

function eventAt(n: number): { type: string; data: unknown } {
  const nth = n % STANDING;
  const policy = {
    source: `app-${nth % APPS}`,
    destination: `app-${(nth + 1) % APPS}`,
    protocol: 'tcp',
    start: 1 + nth,
    end: 1 + nth,
  };
  // The first event gives all apps their tags, so that each later one is an ordinary change.
  const tagsAllocated = n === 0 ? Array.from({ length: APPS }, (_, app) => ({ app: `app-${app}`, tag: app + 1 })) : [];
  const isAdding = Math.floor(n / STANDING) % 2 === 0;
  const lists = isAdding ? { added: [policy], removed: [] } : { added: [], removed: [policy] };
  return { type: 'policies-changed.v1', data: { ...lists, tagsAllocated, tagsReleased: [] } };
}

/** A bundle of the first events is in memory, some 600 bytes each. */
const MOST_IN_BUNDLE = 100_000;
const CHECKPOINT_EVERY = 10_000;

/** Events per second of processor time that `heddle audit verify` looks at. */
async function bundleVerified(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  try {
    const count = Math.min(EVENTS, MOST_IN_BUNDLE);
    const portions = await bundleOf(count, await ensureKeyRing(join(directory, 'audit.key')));
    const begun = process.cpuUsage();
    const { fault, events } = await verifyBundle(streamOf(portions));
    const { user, system } = process.cpuUsage(begun);
    if (fault || events !== count) throw new Error(`the bundle is wrong: ${JSON.stringify(fault)}`);
    return Math.round((count / (user + system)) * 1_000_000);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function bundleOf(count: number, ring: KeyRing): Promise<Uint8Array[]> {
  let chain = EMPTY_CHAIN;
  const [events, checkpoints]: [LoggedEvent[], Checkpoint[]] = [[], []];
  for (const { event } of sealedEvents(0, count, GENESIS_HASH)) {
    events.push({ seq: events.length + 1, ...event });
    [chain] = follow(chain, events[events.length - 1] as LoggedEvent);
    if (chain.seq % CHECKPOINT_EVERY === 0 || chain.seq === count)
      checkpoints.push(signCheckpoint(chain, '2026-11-25T10:00:00.000Z', ring));
  }
  const header = { from: 1, to: count, madeAt: '2026-11-25T10:00:00.000Z', anchor: null };
  const portions: Uint8Array[] = [];
  const parts = { header, events: streamOf(events), checkpoints, enforcements: streamOf([]), ring };
  for await (const portion of writeBundle(parts)) portions.push(portion);
  return portions;
}

async function* streamOf<Item>(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}

function* sealedEvents(from: number, to: number, previousHash: string): Generator<SealedEvent> {
  for (let n = from; n < to; n++) {
    const about = { id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, topic: 'policy' as const };
    const draft = {
      ...about,
      time: '2026-11-25T09:00:00.000000Z',
      actor: { name: 'admin' },
      correlationId: `request-${n}`,
    };
    const sealed = sealEvent({ ...draft, ...eventAt(n) }, previousHash);
    previousHash = sealed.event.hash;
    yield sealed;
  }
}

async function main(): Promise<void> {
  let previousHash = GENESIS_HASH;
  let chain = EMPTY_CHAIN;
  const { initialState, evolve } = policyDecider();
  let state = initialState;
  const spentMs = { decode: 0, verify: 0, fold: 0, judge: 0 };
  let elapsedMs = 0;
  const timed = <T>(what: keyof typeof spentMs, work: () => T): T => {
    const [beganMs, begunCpu] = [performance.now(), process.cpuUsage()];
    const result = work();
    elapsedMs += performance.now() - beganMs;
    const { user, system } = process.cpuUsage(begunCpu);
    spentMs[what] += (user + system) / 1000;
    return result;
  };
  for (let from = 0; from < EVENTS; from += SLICE) {
    const made = [...sealedEvents(from, Math.min(from + SLICE, EVENTS), previousHash)];
    previousHash = made.at(-1)?.event.hash ?? previousHash;
    const sealed = made.map(({ bytes }) => bytes);
    const events: LoggedEvent[] = timed('decode', () => sealed.map((bytes, i) => decodeEvent(bytes, from + i + 1)));
    timed('verify', () => {
      for (const event of events) {
        const [next, fault] = follow(chain, event);
        if (fault) throw new Error(`event ${fault.seq} is ${fault.kind}`);
        chain = next;
      }
    });
    let before = state;
    timed('fold', () => {
      for (const event of events) state = evolve(state, fromFact<PolicyEvent>(event));
    });
    // A start judges each event before it folds it, and keeps no book but the newest; to time it apart takes all of them.
    const books = events.map((event) => {
      const book = before;
      before = evolve(book, fromFact<PolicyEvent>(event));
      return book;
    });
    timed('judge', () => {
      for (const [i, event] of events.entries()) {
        const fact = atOnce(readEventData(event)) as PolicyEvent;
        const fault = atOnce(policyContradiction(books[i] as PolicyBook, fact));
        if (fault) throw new Error(`event ${event.seq}: ${fault}`);
      }
    });
  }
  const perSecond = (ms: number) => Math.round((EVENTS / ms) * 1000);
  const { decode, verify, fold, judge } = spentMs;
  print({
    name: 'replay',
    events: EVENTS,
    decoded_and_hashed_per_s: perSecond(decode),
    verified_per_s: perSecond(verify),
    folded_per_s: perSecond(fold),
    judged_per_s: perSecond(judge),
    replayed_per_s: perSecond(decode + verify + fold + judge),
    replayed_by_the_clock_per_s: perSecond(elapsedMs),
    bundle_verified_per_s: await bundleVerified(),
  });
}

void main();
