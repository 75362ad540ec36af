import type { GroupEvent, LeaseEvent, PoliciesChanged, PolicyEvent, Steps } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { z } from 'zod';
import { UnreadableEvent } from './errors';
import { plainChange } from './plain-change';

const app = z.string().min(1);
const port = z.int().min(1).max(65_535);
const policy = z.object({ source: app, destination: app, protocol: z.enum(['tcp', 'udp']), start: port, end: port });
const tagOfApp = z.object({ app, tag: z.int().min(1) });
const list = z.array(z.unknown());
const term = z.object({ policy, expiresAtMs: z.int().nullable() });
const selector = z.object({
  is: z.enum(['one-of', 'none-of']),
  apps: z.array(app),
  spaces: z.array(z.string().min(1)),
});
const guardrail = z.object({
  name: z.string().min(1),
  mode: z.enum(['refuse', 'warn']),
  reason: z.string().optional(),
  from: selector,
  to: selector,
  protocol: z.enum(['tcp', 'udp']).optional(),
  ports: z.object({ start: port, end: port }).optional(),
});
const ofGuardrail = z.object({ guardrail });
/** Its lists may be long, and are checked portion by portion. */
const policiesChanged = z.object({
  added: list,
  removed: list,
  tagsAllocated: list,
  tagsReleased: list,
  asked: z.object({ policies: z.int().min(1), unchanged: z.array(policy).optional() }).optional(),
  terms: z.array(term).optional(),
});
const policies = z.array(policy);
const tags = z.array(tagOfApp);
const policiesConfirmed = z.object({
  command: z.enum(['add-policies', 'remove-policies']),
  policies: z.int().min(1),
  unchanged: z.array(policy).optional(),
});
const tagReserved = z.object({ reserved: tagOfApp.extend({ app: z.string(), type: z.string().optional() }) });
const lease = z.object({
  cell: z.string().min(1),
  incarnation: z.string().optional(),
  incarnationNumber: z.int().optional(),
  underlayAddress: z.string().min(1),
  overlaySubnet: z.string().min(1),
  overlayHardwareAddress: z.string().min(1),
});
const rule = z.object({
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'all']),
  destination: z.string(),
  ports: z.string(),
  type: z.int(),
  code: z.int(),
  description: z.string(),
  log: z.boolean(),
});
const group = z.object({
  guid: z.string().min(1),
  name: z.string(),
  rules: z.array(rule),
  problems: z.array(z.object({ rule: z.int().min(0), reason: z.string() })),
  stagingDefault: z.boolean(),
  runningDefault: z.boolean(),
  stagingSpaces: z.array(z.string()),
  runningSpaces: z.array(z.string()),
});
const groupsChanged = z.object({
  added: z.array(group),
  changed: z.array(group),
  removed: z.array(z.string()),
  asOfMs: z.number().nullable(),
});
const ofLease = z.object({ lease });
const leaseExpired = ofLease.extend({ atMs: z.number().optional() });
const leaseFenced = ofLease.extend({
  because: z.enum(['superseded', 'address-reused', 'ordered']),
  atMs: z.number(),
});

/**
 * What an event says to the tables; `undefined` for a type they have no room for. It pauses where an event is large.
 * @throws {UnreadableEvent} when the data is not what the type says.
 */
export function* readEventData(event: LoggedEvent): Steps<PolicyEvent | LeaseEvent | GroupEvent | undefined> {
  switch (event.type) {
    case 'policies-changed.v1':
      return plainChange(event.data) ?? (yield* changeByShape(event));
    case 'policies-confirmed.v1':
      return { type: 'policies-confirmed', ...parsed(policiesConfirmed, event, event.data) };
    case 'tag-reserved.v1':
      return { type: 'tag-reserved', ...parsed(tagReserved, event, event.data) };
    case 'guardrail-set.v1':
      return { type: 'guardrail-set', ...parsed(ofGuardrail, event, event.data) };
    case 'guardrail-removed.v1':
      return { type: 'guardrail-removed', ...parsed(ofGuardrail, event, event.data) };
    case 'groups-changed.v1':
      return { type: 'groups-changed', ...parsed(groupsChanged, event, event.data) };
    case 'lease-acquired.v1':
      return { type: 'lease-acquired', ...parsed(ofLease, event, event.data) };
    case 'lease-released.v1':
      return { type: 'lease-released', ...parsed(ofLease, event, event.data) };
    case 'lease-expired.v1':
      return { type: 'lease-expired', ...parsed(leaseExpired, event, event.data) };
    case 'lease-fenced.v1':
      return { type: 'lease-fenced', ...parsed(leaseFenced, event, event.data) };
    case 'lease-quarantine-ended.v1':
      return { type: 'lease-quarantine-ended', ...parsed(ofLease, event, event.data) };
    default:
      return undefined;
  }
}

/** A change of policies, by its shapes; see {@link plainChange} for how most are read. */
export function* changeByShape(event: LoggedEvent): Steps<PoliciesChanged> {
  const { added, removed, tagsAllocated, tagsReleased, asked, terms } = parsed(policiesChanged, event, event.data);
  return {
    type: 'policies-changed',
    added: yield* parsedList(policies, event, added),
    removed: yield* parsedList(policies, event, removed),
    tagsAllocated: yield* parsedList(tags, event, tagsAllocated),
    tagsReleased: yield* parsedList(tags, event, tagsReleased),
    ...(asked && { asked }),
    ...(terms && { terms }),
  };
}

/** So many items are checked between two pauses: some 1 ms. */
const PORTION = 256;

function* parsedList<Item>(shape: z.ZodType<Item[]>, event: LoggedEvent, items: readonly unknown[]): Steps<Item[]> {
  if (items.length <= PORTION) return parsed(shape, event, items);
  const checked: Item[] = [];
  for (let from = 0; from < items.length; from += PORTION) {
    for (const item of parsed(shape, event, items.slice(from, from + PORTION))) checked.push(item);
    yield;
  }
  return checked;
}

function parsed<Data>(shape: z.ZodType<Data>, { seq, type }: LoggedEvent, data: unknown): Data {
  const result = shape.safeParse(data);
  if (result.success) return result.data;
  throw new UnreadableEvent(seq, type, z.prettifyError(result.error), { cause: result.error });
}
