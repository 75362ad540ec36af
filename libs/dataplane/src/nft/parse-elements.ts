import { z } from 'zod';
import { portText, rangeText, senderText, formatTag, type NftElements } from './elements';
import { SCHEMA_SET, type TableOptions } from './table';

/** Numbers of the protocols, in the words of a policy (`IPPROTO_TCP`, `IPPROTO_UDP`). */
const protocol = z.literal([6, 17]).transform((number) => (number === 6 ? ('tcp' as const) : ('udp' as const)));
const port = z.number();

const sender = z
  .object({ concat: z.tuple([z.string(), z.ipv4()]) })
  .transform(({ concat: [hostInterface, address] }) => ({ hostInterface, address }));

/** nft wraps an element that has a counter. */
const exactPort = z
  .object({ elem: z.object({ val: z.object({ concat: z.tuple([z.ipv4(), z.number(), protocol, port]) }) }) })
  .transform(({ elem }) => elem.val.concat)
  .transform(([address, tag, name, number]) => portText({ address, tag, protocol: name }, number));

const range = z.object({ range: z.tuple([port, port]) });
const portRange = z
  .object({ elem: z.object({ val: z.object({ concat: z.tuple([z.ipv4(), z.number(), protocol, range]) }) }) })
  .transform(({ elem }) => elem.val.concat)
  .transform(
    ([
      address,
      tag,
      name,
      {
        range: [start, end],
      },
    ]) => rangeText({ address, tag, protocol: name, start, end }),
  );

/** The elements of each set, as `nft -j -n` prints them. */
const sets = z.object({
  [SCHEMA_SET]: z.array(port),
  senders: z.array(sender.transform(senderText)),
  src_tag: z.array(z.tuple([sender, z.number()]).transform(([from, tag]) => formatTag(from, tag))),
  peers: z.array(z.ipv4()),
  allow: z.array(exactPort),
  allow_range: z.array(portRange),
});

const namedSet = z.object({ name: z.string(), elem: z.array(z.unknown()).default([]) });
const listing = z.object({
  nftables: z.array(z.object({ set: namedSet.optional(), map: namedSet.optional() })),
});

/**
 * Reads the elements out of the table's JSON: the inverse of `elementsOf` and programming them.
 * @returns `null` when the table is not one of this version and port, or holds what Heddle never writes: it must be loaded anew.
 */
export function parseElements(json: string, { vxlanPort }: TableOptions): NftElements | null {
  const listed = listing.parse(JSON.parse(json)).nftables.flatMap(({ set, map }) => set ?? map ?? []);
  const parsed = sets.safeParse(Object.fromEntries(listed.map(({ name, elem }) => [name, elem])));
  if (!parsed.success || parsed.data[SCHEMA_SET].join() !== String(vxlanPort)) return null;
  const { senders, src_tag, peers, allow, allow_range } = parsed.data;
  return {
    senders: new Set(senders),
    src_tag: new Set(src_tag),
    peers: new Set(peers),
    allow: new Set(allow),
    allow_range: new Set(allow_range),
  };
}
