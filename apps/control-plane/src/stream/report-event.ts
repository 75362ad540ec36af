import type { Report } from '@heddle/cell-protocol';
import { isoTime } from '@heddle/platform';

/** A server-sent event before it is text. */
export interface StreamEvent {
  readonly event: string;
  readonly data: object;
}

/** What clients are told of a report; nothing of one that they have no use for. */
export function reportEvent(report: Report): StreamEvent | undefined {
  switch (report.kind) {
    case 'receipt': {
      const { cell, enforcedUpTo, changes, enforcedAtMs } = report.receipt;
      return { event: 'receipt', data: { cell, enforcedUpTo, changes, enforcedAt: isoTime(enforcedAtMs) } };
    }
    case 'containers': {
      const { cell, containers } = report.report;
      return { event: 'placement', data: { cell, containers } };
    }
    case 'malformed':
      return undefined;
  }
}
