import type { ChainFault } from './chain';

/** The sequence of the first event that is not as it should be. */
export function firstWrong({ kind, seq, after }: ChainFault): number {
  return kind === 'missing' ? after : seq;
}

/** What is wrong, and what must have been done to the events. @param last the event before the fault */
export function sentenceOf({ kind, seq, after }: ChainFault, last: number): string {
  switch (kind) {
    case 'missing':
      return `event ${after} is missing: behind ${last} stands ${seq}`;
    case 'misplaced':
      return `event ${seq} stands behind ${last}, where ${after} belongs: it was put there, moved, or doubled`;
    case 'unchained':
      return after === 0
        ? `event ${seq} does not begin the chain of its topic, as it should: one before it was removed, or it was altered`
        : `event ${seq} does not follow on event ${after}, the one before it on its topic: one of the two was altered or inserted, or one between them removed`;
  }
}
