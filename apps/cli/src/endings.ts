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

/** The exit code of a check that found something wrong. */
export const FAULTY_EXIT_CODE = 4;

/** What was checked is not as it should be. The findings have been printed by then. */
export class Faulty extends Error {
  constructor() {
    super('the check found something wrong');
    this.name = 'Faulty';
  }
}
