import { Option } from 'commander';
import type { Io } from '../io';
import { pastMoment } from './past-moment';
import { refusedArgument } from './refused-argument';

const SPAN = /^(\d{1,6}) ?([smhd])$/;
const SEQUENCE = /^\d+$/;

/** `--expires`: when a policy closes by itself. */
export function expiresOption(io: Pick<Io, 'timeZone'>): Option {
  return new Option('--expires <end>', 'close by itself: a time, or how long from now (90m, 2h)').argParser(
    parseEnd(io.timeZone),
  );
}

/** A parser of ends, as the control plane reads them: ISO 8601, or a span that its clock begins to count. */
export function parseEnd(timeZone?: string): (text: string) => string {
  const asMoment = pastMoment('--expires', timeZone);
  return (text) => {
    if (SPAN.test(text)) return text;
    if (SEQUENCE.test(text) || text.endsWith('ago')) throw refuse(text);
    try {
      return asMoment(text);
    } catch {
      throw refuse(text);
    }
  };
}

function refuse(text: string): Error {
  return refusedArgument('--expires', text, 'a time (2026-11-10 14:03, 2026-11-10T14:03:00Z) or a span from now (90m)');
}
