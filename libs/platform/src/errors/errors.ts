/**
 * What someone asked for cannot be done as asked, and they can change that: a wrong value, a missing argument.
 * The message is one sentence: what was wrong, with the value, and what to do.
 */
export class UserError extends Error {
  /** @param code stable and in kebab-case, for programs to branch on: `configuration-invalid`. */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UserError';
  }
}

/**
 * The surroundings do not let the program work: a missing program, a port in use, a directory that cannot be written.
 * The message is one sentence: what is missing, and what to do.
 */
export class FatalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FatalError';
  }
}
