/** A request that Cloud Foundry's policy server would refuse, in its words. */
export class WireError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'WireError';
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
