import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeyRing, PublicKeys, UserError, type KeyRing } from '@heddle/platform';
import fc from 'fast-check';
import { sealEvent } from '../cloud-event';
import { GENESIS_HASH, type LoggedEvent, type Topic } from '../event-log';
import { EMPTY_CHAIN, follow, type ChainState } from './chain';
import { signCheckpoint, type Checkpoint } from './checkpoint';
import { verifyBundle, type BundleVerdict } from './verify-bundle';
import { writeBundle } from './write-bundle';

const TIME = '2026-11-25T09:00:00.000Z';

/** A log whose events are of these topics, in its own hashes. */
function logOf(topics: readonly Topic[]): LoggedEvent[] {
  const hashes = new Map<Topic, string>();
  return topics.map((topic, i) => {
    const about = { id: `event-${i + 1}`, topic, time: TIME, correlationId: `request-${i + 1}`, reason: 'for „ä“' };
    const draft = {
      ...about,
      type: 'tag-reserved.v1',
      actor: { name: 'ann' },
      data: { reserved: { app: 'a', tag: i } },
    };
    const { event } = sealEvent(draft, hashes.get(topic) ?? GENESIS_HASH);
    hashes.set(topic, event.hash);
    return { seq: i + 1, ...event };
  });
}

function chainsOf(log: readonly LoggedEvent[]): ChainState[] {
  const chains: ChainState[] = [EMPTY_CHAIN];
  for (const event of log) chains.push(follow(chains.at(-1) as ChainState, event)[0]);
  return chains;
}

let directory: string;
let ring: KeyRing;
let strangers: KeyRing;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-keys-'));
  [ring, strangers] = [await ensureKeyRing(join(directory, 'one')), await ensureKeyRing(join(directory, 'other'))];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A bundle of a whole log, with a checkpoint after each `every` events and one at its end. */
async function bundleOf(log: readonly LoggedEvent[], { every = 3, by = ring, begin = 1 } = {}): Promise<string[]> {
  const chains = chainsOf(log);
  const signed = (chain: ChainState): Checkpoint => signCheckpoint(chain, TIME, by);
  const anchor = begin > 1 ? signed(chains[begin - 1] as ChainState) : null;
  const wanted = log.slice(begin - 1);
  const parts = {
    header: { from: begin, to: log.length, madeAt: TIME, anchor },
    events: eachOf(wanted),
    checkpoints: chains.filter(({ seq }) => seq >= begin && (seq % every === 0 || seq === log.length)).map(signed),
    enforcements: eachOf(
      wanted.map(({ seq }) => ({ seq, committedAtMs: 1.5, inForce: true, cells: { 'cell-1': seq } })),
    ),
    ring: by,
  };
  const portions: Uint8Array[] = [];
  for await (const portion of writeBundle(parts)) portions.push(portion);
  return Buffer.concat(portions).toString().split('\n').slice(0, -1);
}

async function* eachOf<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

/** In portions of a size, as a file or a socket gives them. */
async function verified(bundle: Buffer | readonly string[], keys?: PublicKeys, size = 100): Promise<BundleVerdict> {
  const bytes = Buffer.isBuffer(bundle) ? bundle : Buffer.from(bundle.map((line) => `${line}\n`).join(''));
  return verifyBundle(
    (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
    keys,
  );
}

const faultOf = async (bundle: Buffer | readonly string[], keys?: PublicKeys) => (await verified(bundle, keys)).fault;
const lineOf = (bundle: readonly string[], seq: number) =>
  bundle.findIndex((line) => line.endsWith(`"event","seq":${seq}}`));

const topics = fc.array(fc.constantFrom<Topic>('policy', 'lease', 'group', 'audit'), { minLength: 2, maxLength: 12 });

it('a bundle that nobody touched is right, wherever it begins and however its bytes arrive', () =>
  fc.assert(
    fc.asyncProperty(topics, fc.nat(), fc.integer({ min: 1, max: 3_000 }), async (which, from, size) => {
      const begin = (from % which.length) + 1;
      const verdict = await verified(await bundleOf(logOf(which), { begin }), ring.keys, size);
      expect(verdict).toMatchObject({
        fault: null,
        last: which.length,
        vouchedUpTo: which.length,
        signedBy: [ring.id],
      });
      expect(verdict.events).toBe(which.length - begin + 1);
    }),
    { numRuns: 50 },
  ));

it('any single bit that is turned is found', () =>
  fc.assert(
    fc.asyncProperty(topics, fc.nat(), fc.nat(7), async (which, place, bit) => {
      const bundle = Buffer.from((await bundleOf(logOf(which))).map((line) => `${line}\n`).join(''));
      bundle[place % bundle.length]! ^= 1 << bit;
      const fault = await faultOf(bundle).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UserError);
        return 'no bundle';
      });
      expect(fault).not.toBeNull();
    }),
    { numRuns: 300 },
  ));

it('every bit of a small bundle, one after the other', async () => {
  const bundle = Buffer.from((await bundleOf(logOf(['policy']), { every: 1 })).map((line) => `${line}\n`).join(''));
  for (let place = 0; place < bundle.length; place++) {
    const turned = Buffer.from(bundle);
    turned[place]! ^= 1 << (place % 8);
    const fault = await faultOf(turned).catch(() => 'no bundle');
    if (fault === null) throw new Error(`byte ${place} was turned unseen`);
  }
});

/** What can be done to one event of a bundle; gives the bundle and the event that is named for it. */
const tampering = {
  altered: (bundle: string[], seq: number) => {
    const at = lineOf(bundle, seq);
    return [bundle.with(at, bundle[at]!.replace('"ann"', '"eve"')), seq] as const;
  },
  dropped: (bundle: string[], seq: number) => [bundle.toSpliced(lineOf(bundle, seq), 1), seq] as const,
  doubled: (bundle: string[], seq: number) => {
    const at = lineOf(bundle, seq);
    return [bundle.toSpliced(at, 0, bundle[at]!), seq] as const;
  },
  swapped: (bundle: string[], seq: number, length: number) => {
    const [one, other] = [lineOf(bundle, seq), lineOf(bundle, seq === length ? seq - 1 : seq + 1)];
    return [bundle.with(one, bundle[other]!).with(other, bundle[one]!), Math.min(seq, length - 1)] as const;
  },
  inserted: (bundle: string[], seq: number) => {
    const at = lineOf(bundle, seq);
    const [real] = /\{"actor.*\}(?=,"hash":"[0-9a-f]{64}","kind")/.exec(bundle[at]!) ?? [];
    const forged = real!.replace(/"id":"/, '"id":"forged-');
    const hash = createHash('sha256').update(forged).digest('hex');
    return [bundle.toSpliced(at, 0, `{"event":${forged},"hash":"${hash}","kind":"event","seq":${seq}}`), seq] as const;
  },
};

it.each(Object.entries(tampering))('one event that was %s is found, and named', (_, tamper) =>
  fc.assert(
    fc.asyncProperty(topics, fc.nat(), async (which, n) => {
      const seq = (n % which.length) + 1;
      const [bundle, named] = tamper(await bundleOf(logOf(which), { every: 100 }), seq, which.length);
      expect((await faultOf(bundle, ring.keys))?.event).toBe(named);
    }),
    { numRuns: 100 },
  ),
);

describe('who computes all hashes anew', () => {
  const which: Topic[] = ['policy', 'lease', 'policy', 'policy', 'lease', 'policy'];
  const forgedLog = () => {
    const log = logOf(which).map((event) => ({ ...event }));
    const chained = new Map<Topic, string>();
    return log.map((event, i) => {
      const draft = i === 3 ? { ...event, actor: { name: 'eve' } } : event;
      const { event: sealed } = sealEvent(draft, chained.get(event.topic) ?? GENESIS_HASH);
      chained.set(event.topic, sealed.hash);
      return { seq: i + 1, ...sealed };
    });
  };

  it('fails at the next checkpoint, which says between which events to look', async () => {
    const [real, forged] = [await bundleOf(logOf(which)), await bundleOf(forgedLog())];
    const isCheckpoint = (line: string) => line.includes('"kind":"checkpoint"');
    const checkpoints = real.filter(isCheckpoint);
    const mixed = forged.map((line) => (isCheckpoint(line) ? (checkpoints.shift() as string) : line));
    expect(await faultOf(mixed)).toMatchObject({
      kind: 'checkpoint',
      detail: `events 4 to 6 are not those that were signed at ${TIME}`,
    });
  });

  it('and signs all of it with a key of their own, fails where the real one is asked for, and not without', async () => {
    const bundle = await bundleOf(forgedLog(), { by: strangers });
    expect(await verified(bundle)).toMatchObject({ fault: null, ownKeys: true, signedBy: [strangers.id] });
    expect(await verified(bundle, ring.keys)).toMatchObject({ fault: { kind: 'unknown-key' }, ownKeys: false });
  });
});

it('a bundle that is cut off anywhere is not taken for a whole one', async () => {
  const bundle = Buffer.from(
    (await bundleOf(logOf(['policy', 'lease', 'policy']))).map((line) => `${line}\n`).join(''),
  );
  for (let length = 0; length < bundle.length; length += 7) {
    const fault = await faultOf(bundle.subarray(0, length)).catch(() => ({ kind: 'no bundle' }));
    expect(['incomplete', 'no bundle']).toContain(fault?.kind);
  }
});

it.each([
  ['nothing', ''],
  ['another file', 'From: ann\nTo: bob\n'],
  ['JSON lines of something else', '{"kind":"event"}\n{}\n'],
])('%s is no bundle', (_, text) => expect(verified(Buffer.from(text))).rejects.toThrow('this is no bundle'));

it('a key of another kind is refused, by the name of the file', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  expect(() => PublicKeys.parse(pem, 'key.pem')).toThrow('key.pem holds something else than Ed25519 keys');
});
