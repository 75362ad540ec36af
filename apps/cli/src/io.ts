import type { Environment } from '@heddle/platform/config';

/** Where text goes; `process.stdout` is one. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal in characters, when it is one. */
  readonly columns?: number;
}

/** All that a run of the command line has to do with the world, besides the control plane. */
export interface Io {
  /** Gets the answer and nothing else. */
  readonly stdout: Sink;
  /** Gets errors and notes. */
  readonly stderr: Sink;
  readonly env: Environment;
  /** Ends whatever is under way. A {@link Stopped} as its reason says with which exit code. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** IANA name of the zone times are shown in; left out, that of the machine. */
  readonly timeZone?: string;
}
