import { spaceKey, spaceOfKey, type DocumentKey } from '@heddle/domain';
import { z } from 'zod';

/** A container as its cell reports it. */
const reportedContainer = z.object({
  handle: z.string().min(1),
  app: z.string().min(1),
  index: z.int().min(0),
  address: z.ipv4(),
  space: z.string().nullable(),
  org: z.string().nullable(),
});

const port = z.int().min(1).max(65_535);
const range = z.object({ start: z.number(), end: z.number() });
const perSecond = z.number();

/** A container as far as the rules of its cell follow from it. One that nobody has said anything of has no app. */
export const localContainer = z.object({
  handle: z.string().min(1),
  app: z.string().min(1).nullable(),
  address: z.ipv4(),
  /** Whether another plugin has given it its address, which then has nothing to do with the lease. */
  isGiven: z.boolean(),
  space: z.string().nullable(),
  workload: z.enum(['running', 'staging']).nullable(),
  published: z.array(
    z.object({ protocol: z.enum(['tcp', 'udp']), hostAddress: z.ipv4(), hostPort: port, containerPort: port }),
  ),
  /** Whether it came with rules of its own, instead of those of its space. They can be too long to be told. */
  ownRules: z.enum(['none', 'empty', 'untold']),
});

/** What the rules of a cell depend on beside containers and documents, and does not change while its agent runs. */
export const cellSettings = z.object({
  dataplane: z.enum(['nftables', 'iptables']),
  vxlanPort: port,
  cutLive: z.boolean(),
  hostServices: z.array(z.object({ address: z.ipv4(), protocol: z.enum(['tcp', 'udp']), port })).optional(),
  /** Where containers keep their addresses outside. */
  unmasked: z.array(range).optional(),
  logAll: z.boolean().optional(),
  refusalsLoggedPerSecond: perSecond.optional(),
  datagramsLoggedPerSecond: perSecond.optional(),
  connectionLimit: z.object({ perSecond, atOnce: z.number(), isDry: z.boolean() }).optional(),
  /** Addresses that containers are refused. */
  denied: z.object({ always: z.array(range), running: z.array(range), staging: z.array(range) }),
});

/** All containers of a cell. Complete: a newer one replaces an older one wholly. */
export const containersReport = z.object({
  cell: z.string().min(1),
  containers: z.array(reportedContainer),
  /** The same, and those of no app, as its rules follow from them; absent from cells that know nothing of it. */
  local: z.array(localContainer).optional(),
  settings: cellSettings.optional(),
  /** Whether the receipts of the cell name documents of spaces; absent from cells that know nothing of it. */
  namesSpaces: z.boolean().optional(),
});

const rev = z.int().min(1);
const documentKey = z.custom<DocumentKey>((value) => typeof value === 'string' && /^(app|lease):./s.test(value));

/** "I enforce everything relevant to me up to this change." */
const sentReceipt = z.object({
  cell: z.string().min(1),
  /** The newest change of which a document is in the kernel. */
  enforcedUpTo: z.int().min(1),
  /** The changes that this kernel transaction put in force, ascending. */
  changes: z.array(z.int().min(1)).readonly(),
  /** The documents of apps and leases that it put in force, each with the change it was made after. */
  documents: z.array(z.object({ key: documentKey, rev })).readonly(),
  /**
   * Those of spaces, `null` for that of all spaces. In a member of their own, since control planes that know nothing of them could
   * not read the others beside them.
   */
  spaces: z.array(z.object({ space: z.string().min(1).nullable(), rev })).optional(),
  /**
   * Every document of a lease is in the kernel as new as this change, named or not. Absent where those that are new are named;
   * control planes that know nothing of it wait for the cell until it names them.
   */
  leasesUpTo: z.int().min(1).optional(),
  /** When the kernel had them: epoch milliseconds with a fraction, by the cell's clock. */
  enforcedAtMs: z.number(),
  /** How many live flows ended because it removed what had allowed them; `null` when there were too many to count. */
  flowsCut: z.int().min(0).nullable().default(0),
});

/** A receipt as it was sent, with all documents in one list. */
export const receipt = sentReceipt.transform(({ spaces = [], documents, ...said }) => ({
  ...said,
  documents: [...documents, ...spaces.map(({ space, rev }) => ({ key: spaceKey(space), rev }))] as readonly {
    readonly key: DocumentKey;
    readonly rev: number;
  }[],
}));

/** A receipt as it is sent. */
export function receiptToSend({ documents, ...said }: Receipt): z.input<typeof sentReceipt> {
  const spaces = documents.flatMap(({ key, rev }) => {
    const space = spaceOfKey(key);
    return space === undefined ? [] : [{ space, rev }];
  });
  return {
    ...said,
    documents: documents.filter(({ key }) => spaceOfKey(key) === undefined),
    ...(spaces.length > 0 && { spaces }),
  };
}

/** "Somebody else had changed my rules": what was found to differ from what the cell had written, and is then mended. */
export const driftReport = z.object({
  cell: z.string().min(1),
  /** When it was found: epoch milliseconds, by the cell's clock. */
  foundAtMs: z.number(),
  /** Elements of sets, or rules, that should have been there and were not. */
  elementsMissing: z.int().min(0),
  /** Those that should not have been there and were. */
  elementsForeign: z.int().min(0),
  /** Whether what does not depend on policies was not as it was written, or gone. */
  rulesChanged: z.boolean(),
});

/** Something that is wrong with a cell as a whole, for as long as it lasts. */
export const alarm = z.object({ code: z.string().min(1).max(64), message: z.string().max(1_000) });

/** A sign of life, and what is wrong. */
export const beat = z.object({
  cell: z.string().min(1),
  enforcedUpTo: z.int().min(0),
  atMs: z.number(),
  alarms: z.array(alarm).max(32).readonly().default([]),
});

export type ReportedLocal = z.infer<typeof localContainer>;
export type CellSettings = z.infer<typeof cellSettings>;
export type ContainersReport = z.infer<typeof containersReport>;
export type Receipt = z.output<typeof receipt>;
export type DriftReport = z.infer<typeof driftReport>;
export type CellAlarm = z.infer<typeof alarm>;
export type Beat = z.infer<typeof beat>;

/** How often a cell gives a sign of life. */
export const BEAT_INTERVAL_MS = 2_000;
/** A cell that was not heard of for this long counts as silent. */
export const SILENT_AFTER_MS = 3 * BEAT_INTERVAL_MS;
