/** The token is of no use: the control plane does not know it, or it may not see what this page shows. */
export class TokenRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenRefused';
  }
}

/** The control plane answered with an error. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'RequestRefused';
  }
}

/** The control plane answered with something this version of the page does not understand. */
export class UnreadableAnswer extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(
      `${what}: not what this page expects; reload it to get the version that goes with the control plane`,
      options,
    );
    this.name = 'UnreadableAnswer';
  }
}
