import { FatalError } from '@heddle/platform/errors';
import { z } from 'zod';
import { UnreadableAnswer } from './answers';
import type { ControlPlane } from './ask';
import { queryOf } from './ask-for';
import { reachDeltaSchema } from './change-schemas';
import { openEventStream } from './event-stream';
import { changeSchema, containerSchema, enforcementSchema } from './schemas';

const time = z.iso.datetime({ offset: true });
const sequence = z.int().min(0);

/** What a replay tells, by the names of its events. */
const told = {
  hello: z.object({ ...{ first: sequence, last: sequence, since: time, until: time }, reportsSince: time.nullable() }),
  change: changeSchema.extend({ reach: reachDeltaSchema.nullable() }),
  enforcement: enforcementSchema.extend({ seq: sequence }),
  receipt: z.object({
    ...{ at: time, cell: z.string(), enforcedUpTo: sequence, enforcedAt: time },
    changes: z.array(sequence),
  }),
  placement: z.object({ at: time, cell: z.string(), containers: z.array(containerSchema) }),
} as const;

type Told = typeof told;
type Named<Name extends keyof Told> = { readonly kind: Name } & z.infer<Told[Name]>;
/** Something that happened. */
export type ReplayEntry =
  Named<'hello'> | Named<'change'> | Named<'enforcement'> | Named<'receipt'> | Named<'placement'>;

/** Which part of the past is wanted. */
export interface ReplayQuestion {
  readonly from: string;
  readonly to?: string;
  readonly speed?: number;
  readonly cell?: string;
}

/** Something that happened, and the id of its event: behind it a replay goes on. There is none where the control plane is older than that. */
export interface ReplayEvent {
  readonly id: string | undefined;
  readonly entry: ReplayEntry;
}

/** The past as it happened; like the rest of the API in what it throws. */
export class ReplayApi {
  constructor(private readonly controlPlane: ControlPlane) {}

  /**
   * Each entry as it comes.
   * @param lastEventId go on behind this event
   * @throws {FatalError} also when the replay ends before its end.
   */
  async *events(question: ReplayQuestion, lastEventId?: string): AsyncGenerator<ReplayEvent> {
    const path = `/api/v1/replay${queryOf({ ...question })}`;
    const place = lastEventId === undefined ? {} : { headers: { 'last-event-id': lastEventId } };
    const { events, close } = await openEventStream(this.controlPlane, { path, ...place });
    try {
      for await (const { id, event, data } of events) {
        if (event === 'end') return;
        // A newer control plane may tell of things that this version knows nothing of.
        if (event !== undefined && Object.hasOwn(told, event)) yield { id, entry: entryOf(event as keyof Told, data) };
      }
      throw new FatalError('the control plane broke the replay off: ask again from where it ended');
    } finally {
      close();
    }
  }
}

function entryOf(kind: keyof Told, text: string): ReplayEntry {
  const data = JSON.parse(text) as object;
  const checked = told[kind].safeParse(data);
  if (!checked.success) throw new UnreadableAnswer('an event of the replay', checked.error);
  return { kind, ...data } as ReplayEntry;
}
