import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EMPTY_CHAIN,
  follow,
  GENESIS_HASH,
  signCheckpoint,
  verifyBundle,
  writeBundle,
  type Checkpoint,
  type LoggedEvent,
} from '@heddle/event-log';
import { ensureKeyRing, type KeyRing } from '@heddle/platform';
import { sampleLog } from './sample-log';

const CHECKPOINT_EVERY = 10_000;
/** A file is read in portions of so many bytes. */
const PORTION = 64 * 1024;

/** A bundle of some events in memory, as it is read from a file. */
export async function sampleBundle(count: number): Promise<Uint8Array[]> {
  const directory = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  try {
    return await bundleOf(count, await ensureKeyRing(join(directory, 'audit.key')));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Verifies it. @throws {Error} when it is not what it should be */
export async function requireGood(portions: readonly Uint8Array[], count: number): Promise<void> {
  const { fault, events } = await verifyBundle(streamOf(portions));
  if (fault || events !== count) throw new Error(`the bundle is wrong: ${JSON.stringify(fault)}`);
}

async function bundleOf(count: number, ring: KeyRing): Promise<Uint8Array[]> {
  let chain = EMPTY_CHAIN;
  const [events, checkpoints]: [LoggedEvent[], Checkpoint[]] = [[], []];
  for (const { event } of sampleLog(0, count, GENESIS_HASH)) {
    events.push({ seq: events.length + 1, ...event });
    [chain] = follow(chain, events[events.length - 1] as LoggedEvent);
    if (chain.seq % CHECKPOINT_EVERY === 0 || chain.seq === count)
      checkpoints.push(signCheckpoint(chain, '2026-11-25T10:00:00.000Z', ring));
  }
  const header = { from: 1, to: count, madeAt: '2026-11-25T10:00:00.000Z', anchor: null };
  const written: Uint8Array[] = [];
  const parts = { header, events: streamOf(events), checkpoints, enforcements: streamOf([]), ring };
  for await (const portion of writeBundle(parts)) written.push(portion);
  const whole = Buffer.concat(written);
  return Array.from({ length: Math.ceil(whole.length / PORTION) }, (_, i) =>
    whole.subarray(i * PORTION, (i + 1) * PORTION),
  );
}

async function* streamOf<Item>(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}
