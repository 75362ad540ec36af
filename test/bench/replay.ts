import { policyDecider, type PolicyEvent } from '@heddle/domain';
import {
  decodeEvent,
  EMPTY_CHAIN,
  follow,
  fromFact,
  GENESIS_HASH,
  sealEvent,
  type LoggedEvent,
} from '@heddle/event-log';
import { print } from './summary';

/**
 * A log replayed from zero in memory, on one thread: events from their bytes, held against the one before and into the digest of the
 * whole (which is how a start verifies the log), and folded into the book of policies. Rates are per second of processor time, so that
 * they mean something on a busy machine; one is by the clock. `--events=<n>` (100 000).
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

function main(): void {
  let previousHash = GENESIS_HASH;
  let chain = EMPTY_CHAIN;
  const { initialState, evolve } = policyDecider();
  let state = initialState;
  const spentMs = { decode: 0, verify: 0, fold: 0 };
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
    const sealed: Uint8Array[] = [];
    for (let n = from; n < Math.min(from + SLICE, EVENTS); n++) {
      const about = { id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, topic: 'policy' as const };
      const draft = {
        ...about,
        time: '2026-11-25T09:00:00.000000Z',
        actor: { name: 'admin' },
        correlationId: `request-${n}`,
      };
      const { event, bytes } = sealEvent({ ...draft, ...eventAt(n) }, previousHash);
      previousHash = event.hash;
      sealed.push(bytes);
    }
    const events: LoggedEvent[] = timed('decode', () => sealed.map((bytes, i) => decodeEvent(bytes, from + i + 1)));
    timed('verify', () => {
      for (const event of events) {
        const [next, fault] = follow(chain, event);
        if (fault) throw new Error(`event ${fault.seq} is ${fault.kind}`);
        chain = next;
      }
    });
    timed('fold', () => {
      for (const event of events) state = evolve(state, fromFact<PolicyEvent>(event));
    });
  }
  const perSecond = (ms: number) => Math.round((EVENTS / ms) * 1000);
  const { decode, verify, fold } = spentMs;
  print({
    name: 'replay',
    events: EVENTS,
    decoded_and_hashed_per_s: perSecond(decode),
    verified_per_s: perSecond(verify),
    folded_per_s: perSecond(fold),
    replayed_per_s: perSecond(decode + verify + fold),
    replayed_by_the_clock_per_s: perSecond(elapsedMs),
  });
}

main();
