/** The kernel counts in parts of a second: so many for what is logged, and so many for connections. */
const PARTS = { limit: 10_000, hashlimit: 1_000_000 } as const;

/** What `limit` has as a burst when nobody says anything, and does not write back therefore. */
const DEFAULT_BURST = 5;

/** How long a place is remembered when nobody says anything. */
const DEFAULT_EXPIRE_MS = 1_000;

/**
 * A rate as the kernel keeps it, so that a rule which is read back is the rule that was written: as a whole number of parts between
 * two packets.
 */
function rateText(perSecond: number, parts: number): string {
  const between = Math.max(1, Math.floor(parts / perSecond));
  return `${Math.floor(parts / between)}/sec`;
}

/** Matches so many packets a second, and so many at once. The kernel knows no more than 10 000. */
export function atMost(perSecond: number): string {
  const burst = Math.min(perSecond, PARTS.limit);
  return `-m limit --limit ${rateText(perSecond, PARTS.limit)}${burst === DEFAULT_BURST ? '' : ` --limit-burst ${burst}`}`;
}

interface Rate {
  readonly perSecond: number;
  readonly atOnce: number;
}

/**
 * Matches what is more than so many packets, counted for each sender, address and port. The kernel shares what it has counted between
 * rules of one name, so another limit has another name.
 */
export function moreThan({ perSecond, atOnce }: Rate): string {
  const expireMs = Math.ceil(atOnce / perSecond) * 1_000;
  return [
    `-m hashlimit --hashlimit-above ${rateText(perSecond, PARTS.hashlimit)} --hashlimit-burst ${atOnce}`,
    `--hashlimit-mode srcip,dstip,dstport --hashlimit-name heddle-${perSecond}-${atOnce}`,
    ...(expireMs === DEFAULT_EXPIRE_MS ? [] : [`--hashlimit-htable-expire ${expireMs}`]),
  ].join(' ');
}
