/** A request that Cloud Foundry's policy server would refuse, in its words. */
export class WireError extends Error {
  /** What those words stand for, where a record of it is kept. */
  readonly code?: string;

  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions & { code?: string },
  ) {
    super(message, options);
    this.name = 'WireError';
    this.code = options?.code;
  }
}

/**
 * The body of every error: one space after the colon, no newline, as log scrapers expect it. The message is escaped,
 * which Cloud Foundry's server omits: a quote in it makes that server's body invalid JSON.
 */
export function errorBody(message: string): string {
  return `{"error": ${goJson(message)}}`;
}

/** JSON as Go writes it: compact, with the characters that matter to HTML escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
