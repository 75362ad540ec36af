import type { Decoding } from './decoding';
import { memberNamed } from './member-named';

/** How JSON becomes a value of one Go type. */
export interface Shape<Value> {
  /** The type's name in Go, for messages. */
  readonly type: string;
  /** What stands where nothing was given. */
  zero(): Value;
  /**
   * Reads the value that comes next. `null` and a value of the wrong kind leave things as they were; the latter is noted.
   * @param current what stands there, from an earlier member of the same name.
   */
  read(decoding: Decoding, current: Value): Value;
}

/** A whole number of 64 bits: a bigint where a double would not hold it. */
export type Int64 = number | bigint;

/** A `string`. */
export const text: Shape<string> = {
  type: 'string',
  zero: () => '',
  read: (decoding, current) => (decoding.expects('string', 'string') ? decoding.json.string() : current),
};

/** Characters of the longest 64-bit integer, its sign included. */
const LONGEST = 20;
/** A message shows this much of a number that is none: the rest of 10 MiB of digits helps nobody. */
const SHOWN = 64;

/** An `int`. `80.0` and `8e1` are none, as in Go. */
export const integer: Shape<Int64> = {
  type: 'int',
  zero: () => 0,
  read(decoding, current) {
    if (!decoding.expects('number', 'int')) return current;
    const written = decoding.json.number();
    const value = int64(written);
    if (value !== undefined) return value;
    decoding.mismatch(`number ${written.length > SHOWN ? `${written.slice(0, SHOWN)}…` : written}`, 'int');
    return current;
  },
};

/**
 * A `struct` with members of the given names. Names match in any case, as Go folds it; unknown ones are passed over; of
 * members with the same name the last one counts.
 * @param type with its package, as in `api.Source`.
 * @param zero written out by the caller: objects that are all made in one place take a fraction of the time and the room.
 */
export function struct<Value extends object>(
  type: string,
  zero: () => Value,
  members: { readonly [Name in keyof Value]: Shape<Value[Name]> },
): Shape<Value> {
  const names = Object.keys(members) as (keyof Value & string)[];
  const goName = type.slice(type.indexOf('.') + 1);
  const readMember = <Name extends keyof Value & string>(decoding: Decoding, current: Value, name: Name) => {
    const outer = decoding.visit(goName, name);
    current[name] = members[name].read(decoding, current[name]);
    decoding.leave(outer);
  };
  return {
    type,
    zero,
    read(decoding, current) {
      if (!decoding.expects('object', type)) return current;
      const { json } = decoding;
      json.enter();
      for (let sent = json.nextName(true); sent !== undefined; sent = json.nextName(false)) {
        const name = memberNamed(names, sent);
        if (name === undefined) json.skip();
        else readMember(decoding, current, name);
      }
      return current;
    },
  };
}

function int64(written: string): Int64 | undefined {
  if (written.length > LONGEST || !/^-?\d+$/.test(written)) return undefined;
  const value = Number(written);
  if (Number.isSafeInteger(value)) return value;
  const exact = BigInt(written);
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}
