import { isIP } from 'node:net';
import { z } from 'zod';

/** One thing that can be configured, as the catalogue describes it. */
export interface Setting<Value> {
  /** Its name in the environment. */
  readonly env: string;
  /** What it does; a sentence. */
  readonly description: string;
  /** What a value has to be; completes "must be …". */
  readonly expects: string;
  /** Unit of the value, if it is a quantity. */
  readonly unit?: string;
  /** Whether the value must not be shown in messages. */
  readonly isSecret?: boolean;
  /** What counts when it is not set, written as one would write it. */
  readonly default?: string;
  /** Whether it can be set in the environment only. */
  readonly isEnvironmentOnly?: boolean;
  /** Turns the text into the value. */
  readonly schema: z.ZodType<Value, string>;
}

/** Seconds in a year of 365 days: what a time in a setting is bounded by. */
export const SECONDS_PER_YEAR = 31_536_000;

/** A whole number in decimal digits, from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  return {
    expects: `a whole number from ${min} to ${max}`,
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .pipe(z.number().min(min).max(max)),
  };
}

/** A part of a whole: 0.5 is one half. */
export const share = {
  expects: 'a number from 0 to 1, such as 0.5',
  schema: z
    .string()
    .regex(/^[01](\.\d{1,6})?$/)
    .transform(Number)
    .pipe(z.number().max(1)),
};

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return { expects: `one of ${words.join(', ')}`, schema: z.enum(words) };
}

/** Names with commas between them; spaces around a name do not count. */
export const namesOf = {
  expects: 'names with commas between them',
  schema: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().min(1))),
};

/** Blocks of addresses, IPv4 or IPv6, or single addresses, with commas between them; spaces around one do not count. */
export const blocksOf = {
  expects: 'blocks such as 10.0.16.0/24 or addresses, with commas between them',
  schema: namesOf.schema.pipe(z.array(z.string().refine(isBlockOrAddress))),
};

/** A switch: `on` or `off`; `1`, `0`, `true` and `false` are understood too. */
export const onOrOff = {
  expects: 'on or off',
  schema: z.enum(['on', 'off', '1', '0', 'true', 'false']).transform((text) => ['on', '1', 'true'].includes(text)),
};

/** The path of a file or directory. */
export const filePath = { expects: 'a path', schema: z.string().min(1).refine(hasNoZeroByte) };

/** `sun_path` of unix(7) holds 108 bytes, the last of them zero. */
const SOCKET_PATH_BYTES = 107;

/** The path of a unix socket. */
export const socketPath = {
  expects: `a path of at most ${SOCKET_PATH_BYTES} bytes`,
  schema: filePath.schema.refine((path) => Buffer.byteLength(path) <= SOCKET_PATH_BYTES),
};

/** One URL, or several with commas between them, each with one of the schemes (`http:`) and a host. */
export function urlOf(schemes: readonly string[], { many = false } = {}) {
  const isOne = (text: string) =>
    URL.canParse(text) && schemes.includes(new URL(text).protocol) && new URL(text).hostname !== '';
  const form = schemes.map((scheme) => `${scheme}//`).join(' or ');
  return {
    expects: many ? `a URL that begins with ${form}, or several with commas between them` : `a URL with ${form}`,
    schema: z.string().refine((text) => (many ? text.split(',') : [text]).every(isOne)),
  };
}

function hasNoZeroByte(text: string): boolean {
  return !text.includes('\0');
}

function isBlockOrAddress(text: string): boolean {
  const [address = '', prefix] = text.split(/\/(.*)/s);
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    bits > 0 && !address.includes('%') && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}
