import { goDuration } from '@heddle/wire-cf';

/** What Cloud Foundry's servers say of themselves. @param startedAtNs of the monotonic clock */
export function uptimeLine(startedAtNs: bigint): string {
  return `Network policy server, up for ${goDuration(process.hrtime.bigint() - startedAtNs)}\n`;
}
