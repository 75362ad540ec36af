import { createHash } from 'node:crypto';
import { encodeInSteps, inTurns, type KeyRing } from '@heddle/platform';
import { canonicalJson } from '../canonical-json';
import { encodedPieces } from '../cloud-event';
import type { LoggedEvent } from '../event-log';
import { endText, EVENT_PREFIX, eventSuffix, type BundleHeader, type EnforcementLine } from './bundle';
import type { Checkpoint } from './checkpoint';

/** What goes into a bundle; all of it ascending. */
export interface BundleParts {
  readonly header: Omit<BundleHeader, 'kind' | 'version' | 'keys'>;
  readonly events: AsyncIterable<LoggedEvent>;
  /** Those within the events. */
  readonly checkpoints: readonly Checkpoint[];
  readonly enforcements: AsyncIterable<Omit<EnforcementLine, 'kind'>>;
  readonly ring: KeyRing;
}

/** The bytes of a bundle, in portions as they come: no more of it is in memory than one event. */
export async function* writeBundle(parts: BundleParts): AsyncGenerator<Uint8Array> {
  const { ring } = parts;
  const hash = createHash('sha256');
  let lines = 0;
  for await (const line of linesOf(parts)) {
    lines++;
    for (const portion of await inTurns(encodeInSteps(ended(line)))) {
      hash.update(portion);
      yield portion;
    }
  }
  const sha256 = hash.digest('hex');
  const signature = ring.sign(endText(lines, sha256, ring.id));
  yield Buffer.from(`${canonicalJson({ kind: 'end', lines, sha256, keyId: ring.id, signature })}\n`);
}

/** A line as the pieces of its text. */
async function* linesOf({
  header,
  events,
  checkpoints,
  enforcements,
  ring,
}: BundleParts): AsyncGenerator<Iterable<string>> {
  yield [canonicalJson({ kind: 'bundle', version: 1, ...header, keys: ring.keys.all })];
  const waiting = enforcements[Symbol.asyncIterator]();
  let enforcement = await waiting.next();
  let nextCheckpoint = 0;
  for await (const event of events) {
    yield lineOf(event);
    for (; checkpoints[nextCheckpoint]?.seq === event.seq; nextCheckpoint++)
      yield [canonicalJson({ kind: 'checkpoint', checkpoint: checkpoints[nextCheckpoint] })];
    for (; !enforcement.done && enforcement.value.seq <= event.seq; enforcement = await waiting.next())
      yield [canonicalJson({ kind: 'enforcement', ...enforcement.value })];
  }
}

function* lineOf(event: LoggedEvent): Generator<string> {
  yield EVENT_PREFIX;
  yield* encodedPieces(event);
  yield eventSuffix(event.hash, event.seq);
}

function* ended(line: Iterable<string>): Generator<string> {
  yield* line;
  yield '\n';
}
