/** Somebody outside ended the run: a signal, or a reader of the output who has read enough. */
export class Stopped extends Error {
  constructor(readonly exitCode: number) {
    super('stopped from outside');
    this.name = 'Stopped';
  }
}

/** The exit code of a wait whose time is over before the change is in force. */
export const NOT_IN_FORCE_EXIT_CODE = 3;

/** The time is over, and not every cell enforces the change. The message says which are missing. */
export class NotInForce extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotInForce';
  }
}
