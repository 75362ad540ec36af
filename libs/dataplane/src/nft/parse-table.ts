import { z } from 'zod';
import { ANSWER } from '../answer-marks';
import { answerText, formatTag, portText, rangeText, senderText, type NftElements } from './elements';
import { fingerprintOf } from './fingerprint';
import { FINGERPRINT_SET, SCHEMA_SET, type TableOptions } from './table';

/** Numbers of the protocols, in the words of a policy (`IPPROTO_TCP`, `IPPROTO_UDP`). */
const protocol = z.literal([6, 17]).transform((number) => (number === 6 ? ('tcp' as const) : ('udp' as const)));
const port = z.number();

const sender = z
  .object({ concat: z.tuple([z.string(), z.ipv4()]) })
  .transform(({ concat: [hostInterface, address] }) => ({ hostInterface, address }));

const answer = z
  .object({ concat: z.tuple([z.ipv4(), z.number()]) })
  .transform(({ concat: [address, mark] }) => answerText(address, mark & ~ANSWER));

/** nft wraps an element that has a counter. */
const exactPort = z
  .object({ elem: z.object({ val: z.object({ concat: z.tuple([z.ipv4(), z.number(), protocol, port]) }) }) })
  .transform(({ elem }) => elem.val.concat)
  .transform(([address, tag, name, number]) => portText({ address, tag, protocol: name }, number));

const range = z.object({ range: z.tuple([port, port]) }).transform(({ range: [start, end] }) => ({ start, end }));
const portRange = z
  .object({ elem: z.object({ val: z.object({ concat: z.tuple([z.ipv4(), z.number(), protocol, range]) }) }) })
  .transform(({ elem }) => elem.val.concat)
  .transform(([address, tag, name, ports]) => rangeText({ address, tag, protocol: name }, ports));

/** The elements of each set, as `nft -j -n` prints them. */
const sets = z.object({
  [SCHEMA_SET]: z.tuple([z.object({ concat: z.tuple([port, z.number()]) })]),
  [FINGERPRINT_SET]: z.array(z.number()),
  senders: z.array(sender.transform(senderText)),
  src_tag: z.array(z.tuple([sender, z.number()]).transform(([from, tag]) => formatTag(from, tag))),
  answers: z.array(answer),
  peers: z.array(z.ipv4()),
  allow: z.array(exactPort),
  allow_range: z.array(portRange),
});

const namedSet = z.object({ name: z.string(), elem: z.array(z.unknown()).default([]) });
const listing = z.object({
  nftables: z.array(z.looseObject({ set: namedSet.optional(), map: namedSet.optional() })),
});

/** A table as the kernel holds it. */
export interface HeldTable {
  /** Of the static part as it is now. */
  readonly fingerprint: number;
  /** Whether the static part is as it was written. */
  readonly isUntouched: boolean;
  /** `null` when the table is not one of this version and these options, or holds what Heddle never writes: it must be loaded anew. */
  readonly elements: NftElements | null;
}

/** Reads the table's JSON: the inverse of `elementsOf` and programming them. */
export function parseTable(json: string, { vxlanPort, cutLive }: TableOptions): HeldTable {
  const entries: unknown = JSON.parse(json);
  const listed = listing.parse(entries).nftables.flatMap(({ set, map }) => set ?? map ?? []);
  const fingerprint = fingerprintOf(entries);
  const parsed = sets.safeParse(Object.fromEntries(listed.map(({ name, elem }) => [name, elem])));
  if (!parsed.success) return { fingerprint, isUntouched: false, elements: null };
  const {
    [SCHEMA_SET]: [schema],
    [FINGERPRINT_SET]: written,
    ...lists
  } = parsed.data;
  const isWanted = schema.concat.join() === [vxlanPort, cutLive ? 1 : 0].join();
  const { senders, src_tag, answers, peers, allow, allow_range } = lists;
  return {
    fingerprint,
    isUntouched: written.join() === String(fingerprint),
    elements: isWanted
      ? {
          senders: new Set(senders),
          src_tag: new Set(src_tag),
          answers: new Set(answers),
          peers: new Set(peers),
          allow: new Set(allow),
          allow_range: new Set(allow_range),
        }
      : null,
  };
}

const chains = z.object({
  nftables: z.array(
    z.looseObject({ chain: z.looseObject({ name: z.string(), hook: z.string().optional() }).optional() }),
  ),
});

/** The chains of a table, of whatever version, that the kernel sends packets into by itself. */
export function baseChainsOf(json: string): string[] {
  const { nftables } = chains.parse(JSON.parse(json));
  return nftables.flatMap(({ chain }) => (chain?.hook === undefined ? [] : [chain.name]));
}
