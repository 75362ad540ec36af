import type { CellCheck } from '@heddle/lab/agent-client';
import { count, enumerate } from '../output/enumerate';

/** What a check found, a line for each thing that is wrong. */
export function checkText(cell: string, { peers, probed, findings }: CellCheck): string {
  const tried =
    probed.length === 0 ? 'none was tried' : `${enumerate(probed)} ${probed.length === 1 ? 'was' : 'were'} tried`;
  const first = `${cell} has ${count(peers, 'peer')}, and ${tried}`;
  if (findings.length === 0) return `${first}: nothing is wrong`;
  return [first, ...findings.map(({ code, message }) => `${code}: ${message}`)].join('\n');
}
