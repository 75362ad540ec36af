import { Option } from 'commander';
import type { Io } from '../io';
import { pastMoment } from './past-moment';

/** What the options that take a moment say about zones. */
export const MOMENTS = `A moment is a change (8812), a time (2026-11-10T14:03:00Z), or a span (5m ago). A time
without a zone is in the zone that times are shown in.`;

/** `--at`: the moment that a question is about. */
export function atOption({ timeZone }: Pick<Io, 'timeZone'>, description = 'as of this moment'): Option {
  return new Option('--at <moment>', description).argParser(pastMoment('--at', timeZone));
}
