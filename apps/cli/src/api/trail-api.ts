import { linesIn } from '@heddle/event-log/proof/lines';
import { z } from 'zod';
import { read } from './answers';
import type { ChangeFilter } from './api-client';
import type { ControlPlane } from './ask';
import { queryOf } from './ask-for';
import { openAnswer } from './open-answer';
import { changeSchema, refusedAttempt } from './schemas';

/** The control plane looks through many changes for a rare one, and sends nothing meanwhile. */
const LONGEST_SILENCE_MS = 120_000;
/** More than the largest event takes as JSON. */
const LONGEST_ENTRY_BYTES = 256 * 1024 * 1024;

const trailEntry = z.discriminatedUnion('kind', [
  changeSchema.extend({ kind: z.literal('change') }),
  refusedAttempt.extend({ kind: z.literal('refused') }),
]);
/** A change, or an attempt that was refused. */
export type TrailEntry = z.infer<typeof trailEntry>;

/** Which entries are wanted; everything given must hold. There may be any number of them. */
export interface TrailFilter extends Omit<ChangeFilter, 'before'> {
  readonly refused?: true;
}

/** The audit trail as it streams in, the newest entry first. Throws as {@link openAnswer} does. */
export class TrailApi {
  constructor(private readonly controlPlane: ControlPlane) {}

  /** Each entry. @throws {UnreadableAnswer} at one that this version cannot read. */
  async *entries(filter: TrailFilter): AsyncGenerator<TrailEntry> {
    for await (const lines of linesIn(this.answer('jsonl', filter), LONGEST_ENTRY_BYTES))
      for (const { bytes } of lines)
        yield read(trailEntry, { status: 200, text: bytes.toString('utf8') }, this.controlPlane);
  }

  /** CSV, in portions of any size. */
  async *csv(filter: TrailFilter): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    for await (const portion of this.answer('csv', filter)) yield decoder.decode(portion, { stream: true });
  }

  private answer(format: 'jsonl' | 'csv', { refused, ...filter }: TrailFilter): AsyncGenerator<Uint8Array> {
    const query = queryOf({ ...filter, format, refused: refused && 'true' });
    return openAnswer(this.controlPlane, { path: `/api/v1/trail${query}`, timeoutMs: LONGEST_SILENCE_MS });
  }
}
