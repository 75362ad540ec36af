import type { BundleVerdict } from '@heddle/event-log';
import type { AuditStatus, LogBreak } from '../api/audit-schemas';
import { count, enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import { formatTime } from '../output/time';

/** Whether the log is as it was written, a line for each place where it is not. */
export function statusText({ state, position, breaks, breaksInAll, checkpoint }: AuditStatus, page: Page): string {
  const signed = checkpoint
    ? `signed up to change ${checkpoint.seq} at ${formatTime(checkpoint.time, page)} with key ${checkpoint.keyId}`
    : 'never signed';
  if (state === 'whole') return `the log is as it was written, up to change ${position}; ${signed}`;
  const more = breaksInAll > breaks.length ? [`and ${breaksInAll - breaks.length} more`] : [];
  return [
    `the log is NOT as it was written, and takes no changes; ${signed}`,
    ...breaks.map(breakText),
    ...more,
    'let it go on with: heddle audit acknowledge --reason …',
  ].join('\n');
}

/** What is wrong at one place. */
export function breakText({ kind, seq }: LogBreak): string {
  if (kind === 'checkpoint') return `  up to change ${seq} it is not what was signed`;
  if (kind === 'passed-over')
    return `  change ${seq} is passed over: it cannot follow on those before it, or cannot be read; the log of the control plane says why`;
  return `  change ${seq} does not follow on the one before it on its topic: one of them was altered, or one between them removed`;
}

/** What a bundle was found to be. */
export function verdictText(verdict: BundleVerdict, page: Page): string {
  const { fault, events, first, last, checkpoints, madeAt, signedBy, ownKeys } = verdict;
  const held = `${count(events, 'event')} (${first} to ${last}), ${count(checkpoints, 'checkpoint')}, made ${formatTime(madeAt, page)}`;
  const keys = ownKeys
    ? 'its own key was used: that proves that nobody altered it since it was made, and not who made it; pin the key with --public-key'
    : `signed by ${enumerate(signedBy)}, which you gave`;
  if (!fault) return `nothing is wrong: ${held}\n${keys}`;
  const suspect = fault.event === null ? '' : `first wrong: event ${fault.event}\n`;
  return `NOT as it was written: line ${fault.line}: ${fault.detail}\n${suspect}read until then: ${held}\n${keys}`;
}
