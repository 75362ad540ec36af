import { z } from 'zod';
import { ANSWER } from '../answer-marks';
import { answerText, formatTag, portText, rangeText, senderText, type NftElements, type SetName } from './elements';
import { fingerprintOf } from './fingerprint';
import { readReaches } from './listed-reaches';
import { publishedElement, reachElement, targetElement } from './outside-elements';
import { FINGERPRINT_SET, SCHEMA_SET, schemaOf, type TableOptions } from './table';

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

const reach = z
  .tuple([sender, z.object({ jump: z.object({ target: z.string() }) })])
  .transform(([from, { jump }]) => reachElement(from, jump.target));

const target = z
  .object({ concat: z.tuple([z.ipv4(), protocol, port]) })
  .transform(({ concat: [address, name, number] }) => targetElement(address, name, number));

const published = z
  .tuple([z.object({ concat: z.tuple([z.ipv4(), protocol, port]) }), z.object({ concat: z.tuple([z.ipv4(), port]) })])
  .transform(([{ concat: from }, { concat: to }]) => publishedElement(from, to));

/** The elements of each set, as `nft -j -n` prints them. */
const sets = z.object({
  [SCHEMA_SET]: z.tuple([z.number()]),
  [FINGERPRINT_SET]: z.array(z.number()),
  senders: z.array(sender.transform(senderText)),
  src_tag: z.array(z.tuple([sender, z.number()]).transform(([from, tag]) => formatTag(from, tag))),
  answers: z.array(answer),
  peers: z.array(z.ipv4()),
  allow: z.array(exactPort),
  allow_range: z.array(portRange),
  common_reach: z.array(reach),
  own_reach: z.array(reach),
  masked: z.array(z.ipv4()),
  published: z.array(published),
  targets: z.array(target),
});

const namedSet = z.object({ name: z.string(), elem: z.array(z.unknown()).default([]) });
const entry = z.looseObject({ set: namedSet.optional(), map: namedSet.optional() });
const listing = z.object({ nftables: z.array(z.unknown()) });

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
export function parseTable(json: string, options: TableOptions): HeldTable {
  const { texts: reaches, areUntouched, rest } = readReaches(listing.parse(JSON.parse(json)).nftables);
  const listed = z
    .array(entry)
    .parse(rest)
    .flatMap(({ set, map }) => set ?? map ?? []);
  const fingerprint = fingerprintOf(rest);
  const parsed = sets.safeParse(Object.fromEntries(listed.map(({ name, elem }) => [name, elem])));
  if (!parsed.success) return { fingerprint, isUntouched: false, elements: null };
  const {
    [SCHEMA_SET]: [schema],
    [FINGERPRINT_SET]: written,
    ...lists
  } = parsed.data;
  const elements = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, new Set(list)]));
  return {
    fingerprint,
    isUntouched: areUntouched && written.join() === String(fingerprint),
    elements: schema === schemaOf(options) ? { ...(elements as Record<SetName, Set<string>>), reaches } : null,
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
