import { z } from 'zod';
import { UnreadableAnswer } from './answers';
import { type Guardrail, guardrailSchema } from './guardrail-schemas';
import { type Change, heldLease } from './schemas';

const policy = z.object({
  source: z.string(),
  destination: z.string(),
  protocol: z.string(),
  start: z.int(),
  end: z.int(),
});
/** A policy as changes hold it. */
export type Policy = z.infer<typeof policy>;

/** The guardrails that a change is against: how many policies, which where they are few, and of how many nobody can say. */
export const violationsOfChange = z.array(
  z.object({
    ...{ guardrail: z.string(), mode: z.enum(['refuse', 'warn']), policies: z.int() },
    ...{ unsure: z.int().optional(), listed: z.array(policy).optional() },
  }),
);
export type ViolationOfChange = z.infer<typeof violationsOfChange>[number];

/** What a command named that was so already: how much, and which where it was not much. */
const beside = z.object({ policies: z.int(), unchanged: z.array(policy).optional() });
const policies = z.object({
  ...{ added: z.array(policy), removed: z.array(policy), asked: beside.optional() },
  /** Until when policies stand from then on, in ms since 1970; `null`: without an end. */
  terms: z.array(z.object({ policy, expiresAtMs: z.number().nullable() })).optional(),
  /** What led to it, where nobody asked for just this. */
  cause: z.object({ what: z.string(), changes: z.array(z.int()) }).optional(),
  violations: violationsOfChange.optional(),
});
const confirmed = beside.extend({ command: z.enum(['add-policies', 'remove-policies']) });
const tag = z.object({ reserved: z.object({ app: z.string(), tag: z.int(), type: z.string().optional() }) });
const group = z.object({ guid: z.string(), name: z.string() });
const groups = z.object({ added: z.array(group), changed: z.array(group), removed: z.array(z.string()) });
const lease = z.object({
  lease: heldLease.omit({ overlayHardwareAddress: true }),
  /** Why it was fenced. */
  because: z.string().optional(),
});

const acknowledged = z.object({ breaks: z.array(z.object({ kind: z.string(), seq: z.int() })) });

const ofGuardrail = z.object({ guardrail: guardrailSchema });

const LEASE_VERBS: Readonly<Record<string, string>> = {
  'lease-acquired.v1': 'acquired',
  'lease-released.v1': 'released',
  'lease-expired.v1': 'lost',
  'lease-fenced.v1': 'was deprived of',
  'lease-quarantine-ended.v1': 'is known to have let go of',
};

/** What a change did; `other` is of a kind that this version does not know, or was altered so that it cannot be read. */
export type Effect =
  | ({ readonly kind: 'policies' } & z.infer<typeof policies>)
  | ({ readonly kind: 'confirmed' } & z.infer<typeof confirmed>)
  | ({ readonly kind: 'tag' } & z.infer<typeof tag>['reserved'])
  | ({ readonly kind: 'groups' } & z.infer<typeof groups>)
  | ({ readonly kind: 'lease'; readonly verb: string } & z.infer<typeof lease>['lease'])
  | { readonly kind: 'guardrail'; readonly isSet: boolean; readonly guardrail: Guardrail }
  | ({ readonly kind: 'acknowledged' } & z.infer<typeof acknowledged>)
  | { readonly kind: 'other' };

/** Reads what a change did. */
export function effectOf(change: Change): Effect {
  try {
    return promisedBy(change);
  } catch (error) {
    // A log that was altered is to be looked at, too: nothing follows from such a change.
    if (error instanceof UnreadableAnswer) return { kind: 'other' };
    throw error;
  }
}

function promisedBy({ seq, type, data }: Change): Effect {
  const where = `the data of change ${seq}`;
  switch (type) {
    case 'policies-changed.v1':
      return { kind: 'policies', ...read(policies, data, where) };
    case 'policies-confirmed.v1':
      return { kind: 'confirmed', ...read(confirmed, data, where) };
    case 'tag-reserved.v1':
      return { kind: 'tag', ...read(tag, data, where).reserved };
    case 'groups-changed.v1':
      return { kind: 'groups', ...read(groups, data, where) };
    case 'guardrail-set.v1':
    case 'guardrail-removed.v1':
      return { kind: 'guardrail', isSet: type === 'guardrail-set.v1', ...read(ofGuardrail, data, where) };
    case 'breaks-acknowledged.v1':
      return { kind: 'acknowledged', ...read(acknowledged, data, where) };
    default: {
      const verb = LEASE_VERBS[type];
      return verb === undefined ? { kind: 'other' } : { kind: 'lease', verb, ...read(lease, data, where).lease };
    }
  }
}

/**
 * Reads what became of a lease: `acquired`, `released`, or another word of the log.
 * @throws {UnreadableAnswer} when the change is about no lease.
 */
export function leaseEffectOf({ seq, type, data }: Change): z.infer<typeof lease> & { readonly what: string } {
  const what = type
    .replace(/^lease-/, '')
    .replace(/\.v\d+$/, '')
    .replaceAll('-', ' ');
  return { what, ...read(lease, data, `the data of change ${seq}`) };
}

/** Whether a change names an app, with effect on it or without, as the control plane's own filter has it. */
export function concernsApp(change: Change, app: string): boolean {
  const effect = effectOf(change);
  if (effect.kind === 'tag') return effect.app === app;
  if (effect.kind === 'guardrail') {
    const { from, to } = effect.guardrail;
    return [...from.apps, ...to.apps].includes(app);
  }
  return policiesNamedIn(effect).some(({ source, destination }) => source === app || destination === app);
}

function policiesNamedIn(effect: Effect): readonly Policy[] {
  if (effect.kind === 'confirmed') return effect.unchanged ?? [];
  if (effect.kind !== 'policies') return [];
  const moved = effect.terms?.map(({ policy }) => policy) ?? [];
  return [...effect.added, ...effect.removed, ...moved, ...(effect.asked?.unchanged ?? [])];
}

function read<T>(schema: z.ZodType<T>, data: unknown, where: string): T {
  const found = schema.safeParse(data);
  if (found.success) return found.data;
  throw new UnreadableAnswer(where, found.error);
}
