import { atOnce, policyContradiction, policyDecider, type PolicyBook, type PolicyEvent } from '@heddle/domain';
import {
  decodeEvent,
  EMPTY_CHAIN,
  follow,
  fromFact,
  GENESIS_HASH,
  type ChainState,
  type LoggedEvent,
} from '@heddle/event-log';
import { readEventData } from '@heddle/read-model';
import { sampleLog } from './replay/sample-log';
import { requireGood, sampleBundle } from './replay/verified-bundle';
import { print } from './summary';

/**
 * A log replayed from zero in memory, on one thread: events from their bytes, with their hash; judged, which is read as what their types say
 * and held against the book that each follows on; held against the one before and into the digest of the whole; and folded into the book of
 * policies. That is what a start does with each event, one after the other, and so it is done here for `replayed_*`. Beside it each part
 * alone, and at last how fast a bundle of at most 100 000 of them is verified. Rates are per second of processor time, which counts what
 * the garbage collector does on other threads, but for those by the clock. `--events=<n>` (100 000).
 */
const EVENTS = Number(process.argv.find((arg) => arg.startsWith('--events='))?.slice(9) ?? 100_000);
/** The bytes of so many are in memory at once, some 50 MB, and of their events where a part is measured alone. */
const SLICE = 100_000;
const PART = 10_000;
/** An event takes some 480 bytes, and the first one, with all tags in it, some 14 000; on average no more than this. */
const MOST_BYTES = 700;
/** A bundle of the first events is in memory, some 600 bytes each. */
const MOST_IN_BUNDLE = 100_000;

const { initialState, evolve } = policyDecider();

/** How long something took, by the clock and by the processors, in ms. */
class Spent {
  clockMs = 0;
  cpuMs = 0;

  of<T>(work: () => T): T {
    const end = this.begin();
    const result = work();
    end();
    return result;
  }

  /** @returns what to call at the end */
  begin(): () => void {
    const [beganMs, begunCpu] = [performance.now(), process.cpuUsage()];
    return () => {
      this.clockMs += performance.now() - beganMs;
      const { user, system } = process.cpuUsage(begunCpu);
      this.cpuMs += (user + system) / 1000;
    };
  }
}

function linked(chain: ChainState, event: LoggedEvent): ChainState {
  const [next, fault] = follow(chain, event);
  if (fault) throw new Error(`event ${fault.seq} is ${fault.kind}`);
  return next;
}

function judge(book: PolicyBook, event: LoggedEvent): void {
  const fault = atOnce(policyContradiction(book, atOnce(readEventData(event)) as PolicyEvent));
  if (fault) throw new Error(`event ${event.seq}: ${fault}`);
}

function folded(book: PolicyBook, event: LoggedEvent): PolicyBook {
  return evolve(book, fromFact<PolicyEvent>(event));
}

/** The bytes of some events, one behind the other in one piece of memory, as they come out of a connection. */
function received(from: number, to: number, previousHash: string): { messages: Uint8Array[]; lastHash: string } {
  const all = Buffer.allocUnsafe((to - from) * MOST_BYTES);
  const messages: Uint8Array[] = [];
  let [end, lastHash] = [0, previousHash];
  for (const { event, bytes } of sampleLog(from, to, previousHash)) {
    all.set(bytes, end);
    messages.push(all.subarray(end, (end += bytes.length)));
    lastHash = event.hash;
  }
  return { messages, lastHash };
}

async function main(): Promise<void> {
  let [previousHash, chain, book] = [GENESIS_HASH, EMPTY_CHAIN, initialState];
  const spent = {
    replay: new Spent(),
    decode: new Spent(),
    verify: new Spent(),
    fold: new Spent(),
    judge: new Spent(),
  };
  for (let from = 0; from < EVENTS; from += SLICE) {
    const { messages, lastHash } = received(from, Math.min(from + SLICE, EVENTS), previousHash);
    previousHash = lastHash;
    let before = { chain, book };
    spent.replay.of(() => {
      messages.forEach((bytes, i) => {
        const event = decodeEvent(bytes, from + i + 1);
        judge(book, event);
        chain = linked(chain, event);
        book = folded(book, event);
      });
    });
    for (let at = 0; at < messages.length; at += PART) {
      const part = messages.slice(at, at + PART);
      const events = spent.decode.of(() => part.map((bytes, i) => decodeEvent(bytes, from + at + i + 1)));
      const after = {
        chain: spent.verify.of(() => events.reduce(linked, before.chain)),
        book: spent.fold.of(() => events.reduce(folded, before.book)),
      };
      // To judge them apart takes the books before all of them.
      const books = [before.book];
      for (const [i, event] of events.entries()) books.push(folded(books[i] as PolicyBook, event));
      spent.judge.of(() => events.forEach((event, i) => judge(books[i] as PolicyBook, event)));
      before = after;
    }
  }
  const perSecond = (ms: number, events = EVENTS) => Math.round((events / ms) * 1000);
  const inBundle = Math.min(EVENTS, MOST_IN_BUNDLE);
  const bundle = await sampleBundle(inBundle);
  const ofBundle = new Spent();
  const end = ofBundle.begin();
  await requireGood(bundle, inBundle);
  end();
  print({
    name: 'replay',
    events: EVENTS,
    decoded_and_hashed_per_s: perSecond(spent.decode.cpuMs),
    verified_per_s: perSecond(spent.verify.cpuMs),
    folded_per_s: perSecond(spent.fold.cpuMs),
    judged_per_s: perSecond(spent.judge.cpuMs),
    replayed_per_s: perSecond(spent.replay.cpuMs),
    replayed_by_the_clock_per_s: perSecond(spent.replay.clockMs),
    bundle_verified_per_s: perSecond(ofBundle.cpuMs, inBundle),
    bundle_verified_by_the_clock_per_s: perSecond(ofBundle.clockMs, inBundle),
  });
}

void main();
