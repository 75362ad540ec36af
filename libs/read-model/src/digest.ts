import { hash } from 'node:crypto';
import type { Policy } from '@heddle/domain';

/*
 * An id may be longer than an index entry of PostgreSQL can be (2704 bytes). Where an index has to be ordered, or spans
 * several columns, it is over the SHA-256 of the ids.
 */

/** What tells a policy from every other one; 43 characters. */
export function policyDigest({ source, destination, protocol, start, end }: Policy): string {
  return digest(JSON.stringify([source, destination, protocol, start, end]));
}

/** What tells a space from every other one; 43 characters. */
export function spaceDigest(space: string): string {
  return digest(JSON.stringify(space));
}

/** What tells an app from every other one; 43 characters. */
export function appDigest(app: string): string {
  return digest(JSON.stringify(app));
}

/** What tells a source and a destination together from every other two; 43 characters. */
export function pairDigest({ source, destination }: Pick<Policy, 'source' | 'destination'>): string {
  return digest(JSON.stringify([source, destination]));
}

/** What tells a thing of a kind from every other one, by what it goes by; 43 characters. */
export function keyDigest(kind: string, key: string): string {
  return digest(JSON.stringify([kind, key]));
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
