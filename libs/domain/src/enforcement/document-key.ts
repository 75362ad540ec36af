/** The security groups that hold in all spaces: one document, which concerns every cell that holds containers. */
export const ALL_SPACES = 'spaces';

/** What a cell must hold of a change: the document of an app it hosts, of another cell's lease, or of a space of its containers. */
export type DocumentKey = `app:${string}` | `lease:${string}` | `space:${string}` | typeof ALL_SPACES;

/** The document of a space; that of all spaces for `null`. */
export function spaceKey(space: string | null): DocumentKey {
  return space === null ? ALL_SPACES : `space:${space}`;
}

/** What of a container says which documents are about it. */
interface Instance {
  readonly app: string;
  readonly space: string | null;
}

/** The space that a document is of, `null` for all; `undefined` when it is none of a space. */
export function spaceOfKey(key: DocumentKey): string | null | undefined {
  if (key === ALL_SPACES) return null;
  return key.startsWith('space:') ? key.slice('space:'.length) : undefined;
}

/**
 * The documents that containers make the business of their cell, leases apart.
 * @param namesSpaces whether receipts of the cell name those of spaces; of a cell that never does nothing could be waited for
 */
export function keysOfContainers(containers: readonly Instance[], namesSpaces: boolean): Set<DocumentKey> {
  const keys = new Set<DocumentKey>();
  for (const { app, space } of containers) {
    keys.add(`app:${app}`);
    if (namesSpaces) keys.add(ALL_SPACES).add(spaceKey(space));
  }
  return keys;
}
