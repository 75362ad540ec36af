import { wirePolicy } from './policies';

/** What the policy API reads at most. */
const BODY_LIMIT = 10 * 1024 * 1024;
/** The 65 535 tags bound the apps; this leaves some to others. */
const MOST_APPS = 65_000;

/** A large body, and what it holds. */
export interface BigBody {
  readonly name: string;
  readonly body: Buffer;
  readonly policies: number;
}

type Entry = object | undefined;

/** Bodies of up to 10 MiB, each of the kind that is hardest on something. */
export function bigBodies(): BigBody[] {
  const guids = Array.from({ length: MOST_APPS }, (_, n) => guid(n));
  const at = (n: number): string => guids[n] as string;
  return [
    // The most policies: as short as can be, which takes few apps and many ports.
    bodyOf('short-ids', (n) => wirePolicy(`a${n % 300}`, `b${Math.floor(n / 300) % 300}`, 1 + Math.floor(n / 90_000))),
    bodyOf('guids', (n) => wirePolicy(at(n % 999), at(1000 + (n % 1000)), 1 + Math.floor(n / 999_000))),
    bodyOf('distinct-apps', (n) => (n < MOST_APPS / 2 ? wirePolicy(at(2 * n), at(2 * n + 1)) : undefined)),
    bodyOf('one-destination', (n) => wirePolicy(at(n % 60_000), 'destination', 8080 + Math.floor(n / 60_000))),
    bodyOf('one-source', (n) => wirePolicy('source', at(n % 60_000), 8080 + Math.floor(n / 60_000))),
  ];
}

/** As many entries as there are and fit; the same each time, and no two alike. */
export function bodyOf(name: string, entry: (n: number) => Entry): BigBody {
  const parts: string[] = [];
  let size = '{"policies":[]}'.length;
  for (let item = entry(0); item; item = entry(parts.length)) {
    const text = JSON.stringify(item);
    size += text.length + 1;
    if (size > BODY_LIMIT) break;
    parts.push(text);
  }
  return { name, body: Buffer.from(`{"policies":[${parts.join(',')}]}`), policies: parts.length };
}

/** A GUID for a number; its digits look as random as those of real ones, but it is the same each time. */
function guid(n: number): string {
  const hex = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((factor) =>
    (Math.imul(n + 1, factor) >>> 0).toString(16).padStart(8, '0'),
  );
  return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
