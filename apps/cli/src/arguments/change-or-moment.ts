import { moment } from './moment';
import { refusedArgument } from './refused-argument';

const SEQUENCE = /^[1-9]\d{0,14}$/;

/** A parser of places in the log: the number of a change, a time with its zone, or how long ago. Gives a number or ISO 8601. */
export function changeOrMoment(name: string, now: () => Date): (text: string) => string {
  const asMoment = moment(name, now);
  return (text) => {
    if (SEQUENCE.test(text)) return text;
    if (/^-?\d+$/.test(text))
      throw refusedArgument(name, text, 'the number of a change, from 1, or a time with its zone');
    return asMoment(text);
  };
}
