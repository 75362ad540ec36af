/** Somebody's wish that the agent end, which came over its socket. */
export class StopRequest {
  /** Resolves once it was made. */
  readonly made: Promise<void>;
  private resolve!: () => void;

  constructor() {
    this.made = new Promise((resolve) => (this.resolve = resolve));
  }

  make(): void {
    this.resolve();
  }
}
