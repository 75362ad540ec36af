/** What is listed of a table and changes while it works: what `elementsOf` is about, counters, and names of the kernel's own. */
const CHANGING = new Set(['elem', 'handle', 'packets', 'bytes', 'metainfo']);

/**
 * 32 bits that tell the static part of a table from any other: sets and chains with their rules, without elements and counters.
 * Two versions of nft may list the same table differently; then it is another one, and loaded anew.
 */
export function fingerprintOf(listing: unknown): number {
  return hashOf(JSON.stringify(listing, (key, value: unknown) => (CHANGING.has(key) ? undefined : value)));
}

/** 32 bits of a text, by FNV-1a: this finds what somebody changed, and nobody has a reason to make two texts collide. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
