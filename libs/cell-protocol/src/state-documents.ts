import type { AppDocument, InboundRule, LeaseDocument } from '@heddle/calc';
import {
  atOnce,
  eachOf,
  LAST_TAG,
  type LeaseMoved,
  type PolicyBook,
  type PolicyEvent,
  type Steps,
} from '@heddle/domain';
import { z } from 'zod';

const tag = z.int().min(1).max(LAST_TAG);
const rev = z.int().min(1);
const LAST_PORT = 65_535;

/** All in one function: 60 000 rules and their tags looked at by a schema for each take 200 ms, in which nobody else has a turn. */
const inbound = z.array(z.unknown()).transform((rules, context): InboundRule[] => {
  const read: InboundRule[] = [];
  for (const [at, rule] of rules.entries()) {
    if (isRule(rule)) read.push({ protocol: rule.protocol, start: rule.start, end: rule.end, tags: rule.tags });
    else {
      const message = 'must be a rule: protocol tcp or udp, a range of ports that begins before it ends, and tags';
      context.addIssue({ code: 'custom', path: [at], message });
      return z.NEVER;
    }
  }
  return read;
});

/** A range that ends before it begins is refused by the kernel, and with it all that the transaction holds. */
function isRule(value: unknown): value is InboundRule {
  if (typeof value !== 'object' || value === null) return false;
  const { protocol, start, end, tags } = value as Readonly<Record<keyof InboundRule, unknown>>;
  const isRange = isFromOneTo(LAST_PORT, start) && isFromOneTo(LAST_PORT, end) && start <= end;
  if (!isRange || (protocol !== 'tcp' && protocol !== 'udp')) return false;
  return Array.isArray(tags) && tags.every((one) => isFromOneTo(LAST_TAG, one));
}

function isFromOneTo(last: number, value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= last;
}

/** What a cell accepts as the document of an app. */
export const appDocument: z.ZodType<AppDocument> = z.object({
  app: z.string().min(1),
  rev,
  committedAtMs: z.number().optional(),
  tag: tag.nullable(),
  inbound,
});

/** What a cell accepts as the document of a lease. */
export const leaseDocument: z.ZodType<LeaseDocument> = z.object({
  cell: z.string().min(1),
  rev,
  incarnation: z.string().optional(),
  ended: z.enum(['released', 'expired', 'fenced']).optional(),
  peer: z
    .object({
      cell: z.string().min(1),
      underlayAddress: z.ipv4(),
      overlaySubnet: z.cidrv4(),
      overlayHardwareAddress: z.mac(),
    })
    .nullable(),
});

/** The apps whose document differs after an event: those that may be reached by others now, or whose tag changed. */
export function appsTouchedBy(event: PolicyEvent): string[] {
  return atOnce(appsTouchedInSteps(event));
}

/** The same, with pauses where the event is large. */
export function* appsTouchedInSteps(event: PolicyEvent): Steps<string[]> {
  switch (event.type) {
    case 'policies-changed': {
      const apps = new Set<string>();
      for (const policies of [event.added, event.removed])
        yield* eachOf(policies, ({ destination }) => void apps.add(destination));
      for (const tags of [event.tagsAllocated, event.tagsReleased])
        yield* eachOf(tags, ({ app }) => void apps.add(app));
      return [...apps];
    }
    case 'policies-confirmed':
    case 'guardrail-set':
    case 'guardrail-removed':
      return [];
    case 'tag-reserved':
      // Cloud Foundry lets anyone reserve a tag for no name at all; of that one there is no document.
      return event.reserved.app === '' ? [] : [event.reserved.app];
  }
}

/** The document of an app as the book has it after the change `seq`. */
export function documentOfApp(book: PolicyBook, app: string, seq: number): AppDocument {
  return atOnce(documentInSteps(book, app, seq));
}

/** The same, with pauses where many may reach the app. */
export function* documentInSteps(book: PolicyBook, app: string, seq: number): Steps<AppDocument> {
  const entry = book.apps.get(app);
  if (!entry) return { app, rev: seq, tag: null, inbound: [] };
  const rules = new Map<string, InboundRule & { readonly tags: number[] }>();
  yield* eachOf(entry.inbound.values(), ({ source, protocol, start, end }) => {
    const key = `${protocol}:${start}:${end}`;
    const sourceTag = book.apps.get(source)?.tag;
    if (sourceTag === undefined) throw new Error(`app '${source}' is the source of a policy but holds no tag`);
    // A source is there once: what it may reach by one protocol and range of ports is one policy.
    const known = rules.get(key);
    if (known) known.tags.push(sourceTag);
    else rules.set(key, { protocol, start, end, tags: [sourceTag] });
  });
  yield* eachOf(rules.values(), ({ tags }) => void tags.sort((a, b) => a - b));
  return { app, rev: seq, tag: entry.tag, inbound: [...rules.values()] };
}

/** The document of the lease that an event is about. */
export function documentOfLease(event: LeaseMoved, seq: number): LeaseDocument {
  const { cell, incarnation, underlayAddress, overlaySubnet, overlayHardwareAddress } = event.lease;
  const about = { cell, rev: seq, ...(incarnation !== undefined && { incarnation }) };
  if (event.type === 'lease-acquired')
    return { ...about, peer: { cell, underlayAddress, overlaySubnet, overlayHardwareAddress } };
  return { ...about, ended: HOW_ENDED[event.type], peer: null };
}

const HOW_ENDED = { 'lease-released': 'released', 'lease-expired': 'expired', 'lease-fenced': 'fenced' } as const;
