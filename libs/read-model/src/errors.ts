import { FatalError } from '@heddle/platform';

/** The database cannot be used as it is: fatal at start, worth trying again while running. The message is one sentence. */
export class ReadModelUnavailable extends FatalError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReadModelUnavailable';
  }
}

/** The tables are being made anew already, by this process or another. */
export class RebuildRunning extends Error {
  constructor() {
    super('the tables are being compared or made anew already');
    this.name = 'RebuildRunning';
  }
}

/** Another process has moved the cursor on: what came with the old position was not written. */
export class CursorMoved extends Error {
  constructor(
    readonly cursor: string,
    readonly expected: number,
  ) {
    super(`the cursor '${cursor}' is no longer at ${expected}`);
    this.name = 'CursorMoved';
  }
}

/** A bug: the events handed to the projection do not follow on what it has. Nothing of the batch was written. */
export class LogGap extends Error {
  constructor(
    readonly position: number,
    readonly found: number,
  ) {
    super(`event ${position + 1} is missing: the projection stands at ${position} and was given ${found}`);
    this.name = 'LogGap';
  }
}

/** A bug: an event of a known type has data of another shape. Nothing of the batch was written. */
export class UnreadableEvent extends Error {
  constructor(
    readonly seq: number,
    readonly type: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`event ${seq} (${type}) cannot be read: ${detail}`, options);
    this.name = 'UnreadableEvent';
  }
}
