import { WireError } from './wire-error';

/** Words of the original's parser, for bodies of the wrong shape; its clients know the prefix, scripts may know more. */
const PREFIX = 'mapper: unmarshal json: ';

type Members = Readonly<Record<string, unknown>>;

/** Parses a body. @throws {WireError} 400 when it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = endsTooEarly(body, error as Error) ? 'unexpected end of JSON input' : (error as Error).message;
    throw new WireError(400, PREFIX + reason);
  }
}

/** The members of an object; `null` counts as one without members. `where` is the Go path of the value, for the message. */
export function asObject(value: unknown, where: string): Members {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, where);
  // Names are matched without regard to case, and the last one wins, as Go does it.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** The items of a list; absent and `null` count as an empty one. */
export function asList(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(value, where);
  return value;
}

/** A text; absent and `null` count as the empty one. */
export function asText(value: unknown, where: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrongType(value, `${where} of type string`);
  return value;
}

/** An integer; absent and `null` count as 0. */
export function asInteger(value: unknown, where: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') throw wrongType(value, `${where} of type int`);
  if (!Number.isInteger(value)) throw wrongType(value, `${where} of type int`, `number ${value}`);
  return value;
}

function wrongType(value: unknown, where: string, named = kindOf(value)): WireError {
  return new WireError(400, `${PREFIX}json: cannot unmarshal ${named} into Go ${where}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Whether parsing failed for want of more text: V8 names either the end, or a position that lies there. */
function endsTooEarly(body: string, { message }: Error): boolean {
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? message.includes('end of JSON input') : Number(position) >= body.length;
}
