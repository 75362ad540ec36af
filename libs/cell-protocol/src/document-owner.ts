/** Whose document a stored message is. */
import { spaceDocument } from './space-documents';
import { appDocument, leaseDocument } from './state-documents';
import { nameIn, stateSubject } from './subjects';

/** Whose document it is: an app's, a cell's lease, or a space's. */
export type DocumentOwner =
  | { readonly kind: 'app' | 'lease'; readonly name: string }
  /** `null` for all spaces. */
  | { readonly kind: 'space'; readonly name: string | null };

const NAME_MEMBER = { app: 'app', lease: 'cell', space: 'space' } as const;
const KINDS = ['app', 'lease', 'space'] as const;

/** The subject of an owner's document. */
export function subjectOf(owner: DocumentOwner): string {
  return owner.kind === 'space' ? stateSubject.space(owner.name) : stateSubject[owner.kind](owner.name);
}

/**
 * Whose document lies on a subject; `null` where none should.
 * @param stored what the message is as JSON; it has the name where the subject has only a digest of it
 */
export function ownerOf(subject: string, stored: unknown): DocumentOwner | null {
  if (subject === stateSubject.space(null)) return { kind: 'space', name: null };
  for (const kind of KINDS) {
    const said = (stored as Readonly<Record<string, unknown>> | null | undefined)?.[NAME_MEMBER[kind]];
    for (const name of [said, nameIn(subject)])
      if (typeof name === 'string' && stateSubject[kind](name) === subject) return { kind, name };
  }
  return null;
}

/** Whether a document lets nobody in, names no peer, or binds no group; what is no document says something. */
export function saysNothing(kind: DocumentOwner['kind'], document: unknown): boolean {
  switch (kind) {
    case 'app': {
      const { data } = appDocument.safeParse(document);
      return data?.tag === null && data.inbound.length === 0;
    }
    case 'lease':
      return leaseDocument.safeParse(document).data?.peer === null;
    case 'space':
      return spaceDocument.safeParse(document).data?.groups.length === 0;
  }
}
