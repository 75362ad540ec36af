import { z } from 'zod';
import { heldLease } from './schemas';

/** The change that an answer is as of; 0 and no time for an empty log. */
export const asOf = z.object({ seq: z.int().min(0), time: z.iso.datetime({ offset: true }).nullable() });
export type AsOf = z.infer<typeof asOf>;

const page = z.object({ asOf, next: z.string().nullable() });
const sequence = z.int().min(1);

const pastPolicy = z.object({
  ...{ source: z.string(), destination: z.string(), protocol: z.enum(['tcp', 'udp']), start: z.int(), end: z.int() },
  since: sequence,
  until: sequence.nullable(),
  expires: z.iso.datetime({ offset: true }).optional(),
});

/** Answer of `GET /api/v1/policies`: the policies that stood, with the changes that added and, later, removed them, and their ends. */
export const pastPoliciesSchema = page.extend({ policies: z.array(pastPolicy) });
export type PastPolicies = z.infer<typeof pastPoliciesSchema>;

/** Answer of `GET /api/v1/leases?at=`: the leases that stood, with the changes that gave them. */
export const pastLeasesSchema = page.extend({ leases: z.array(heldLease.extend({ since: sequence })) });
export type PastLeases = z.infer<typeof pastLeasesSchema>;

/** Answer of `GET /api/v1/tags`: the tags in use, with the changes that gave them. */
export const tagsSchema = page.extend({
  tags: z.array(z.object({ tag: z.int(), app: z.string(), type: z.string(), since: sequence })),
});
export type Tags = z.infer<typeof tagsSchema>;

const group = z.object({
  ...{ guid: z.string(), name: z.string(), rules: z.array(z.unknown()) },
  ...{ runningDefault: z.boolean(), runningSpaces: z.array(z.string()) },
  ...{ stagingDefault: z.boolean(), stagingSpaces: z.array(z.string()) },
});
export type Group = z.infer<typeof group>;

/** Answer of `GET /api/v1/security-groups`. */
export const groupListSchema = z.object({ groups: z.array(group) });
export type GroupList = z.infer<typeof groupListSchema>;

/** Answer of `GET /api/v1/security-groups?at=`: the groups that stood, with the changes that made them what they were. */
export const pastGroupsSchema = page.extend({ groups: z.array(group.extend({ since: sequence })) });
export type PastGroups = z.infer<typeof pastGroupsSchema>;

const time = z.iso.datetime({ offset: true });

/** Answer of `GET /api/v1/placements`: which containers were where, and whom nobody had heard of that by then. */
export const placementsSchema = page.extend({
  ...{ at: time, knownSince: time },
  placements: z.array(
    z.object({
      ...{ cell: z.string(), handle: z.string(), app: z.string().nullable(), index: z.int().nullable() },
      ...{ address: z.string(), space: z.string().nullable(), org: z.string().nullable() },
      ...{ since: time, until: time.nullable() },
    }),
  ),
  unheard: z.object({ count: z.int().min(0), cells: z.array(z.string()) }),
});
export type Placements = z.infer<typeof placementsSchema>;

/** Answer of `GET /api/v1/cells/<cell>/rules`: what `nft -f` or `iptables-restore` takes, and what is not known of the moment. */
export const cellRulesSchema = z.object({
  ...{ cell: z.string(), asOf, at: time, rules: z.string(), notes: z.array(z.string()) },
  /** Left out by older control planes, which render those of nftables alone. */
  dataplane: z.enum(['nftables', 'iptables']).optional(),
});
export type CellRules = z.infer<typeof cellRulesSchema>;

/** Answer of `GET /api/v1/changes/<seq>/exposure`. */
export const exposureSchema = z.object({
  /** Older control planes count policies alone. */
  what: z.enum(['policies', 'security-groups']).default('policies'),
  ...{ seq: sequence, removed: z.int(), committedAt: time, closedAt: time.nullable(), windowMs: z.number().nullable() },
  cells: z.array(
    z.object({
      cell: z.string(),
      state: z.enum(['enforced', 'waiting', 'unknown']),
      enforcedAt: time.nullable(),
      latencyMs: z.number().nullable(),
      unknownSince: time.nullable(),
    }),
  ),
});
export type Exposure = z.infer<typeof exposureSchema>;
