import type { GroupEvent, LeaseEvent, PolicyEvent } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { z } from 'zod';
import { UnreadableEvent } from './errors';

const app = z.string().min(1);
const port = z.int().min(1).max(65_535);
const policy = z.object({ source: app, destination: app, protocol: z.enum(['tcp', 'udp']), start: port, end: port });
const tagOfApp = z.object({ app, tag: z.int().min(1) });
const policiesChanged = z.object({
  added: z.array(policy),
  removed: z.array(policy),
  tagsAllocated: z.array(tagOfApp),
  tagsReleased: z.array(tagOfApp),
});
const policiesConfirmed = z.object({
  command: z.enum(['add-policies', 'remove-policies']),
  policies: z.int().min(1),
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
 * What an event says to the tables; `undefined` for a type they have no room for.
 * @throws {UnreadableEvent} when the data is not what the type says.
 */
export function readEventData(event: LoggedEvent): PolicyEvent | LeaseEvent | GroupEvent | undefined {
  switch (event.type) {
    case 'policies-changed.v1':
      return { type: 'policies-changed', ...parsed(policiesChanged, event) };
    case 'policies-confirmed.v1':
      return { type: 'policies-confirmed', ...parsed(policiesConfirmed, event) };
    case 'tag-reserved.v1':
      return { type: 'tag-reserved', ...parsed(tagReserved, event) };
    case 'groups-changed.v1':
      return { type: 'groups-changed', ...parsed(groupsChanged, event) };
    case 'lease-acquired.v1':
      return { type: 'lease-acquired', ...parsed(ofLease, event) };
    case 'lease-released.v1':
      return { type: 'lease-released', ...parsed(ofLease, event) };
    case 'lease-expired.v1':
      return { type: 'lease-expired', ...parsed(leaseExpired, event) };
    case 'lease-fenced.v1':
      return { type: 'lease-fenced', ...parsed(leaseFenced, event) };
    case 'lease-quarantine-ended.v1':
      return { type: 'lease-quarantine-ended', ...parsed(ofLease, event) };
    default:
      return undefined;
  }
}

function parsed<Data>(shape: z.ZodType<Data>, event: LoggedEvent): Data {
  const result = shape.safeParse(event.data);
  if (result.success) return result.data;
  throw new UnreadableEvent(event.seq, event.type, z.prettifyError(result.error), { cause: result.error });
}
