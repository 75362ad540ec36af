import { refusedArgument } from './refused-argument';

/** A parser of whole numbers from `min` to `max`; it throws a {@link UserError} that names the argument. */
export function wholeNumber(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (number >= min && number <= max) return number;
    throw refusedArgument(name, text, `a whole number from ${min} to ${max}`);
  };
}

/** A parser of the sequence of a change. */
export function sequence(name: string): (text: string) => number {
  const parse = wholeNumber(name, 1, Number.MAX_SAFE_INTEGER);
  return (text) => {
    try {
      return parse(text);
    } catch {
      throw refusedArgument(name, text, 'the number of a change, such as 12');
    }
  };
}
