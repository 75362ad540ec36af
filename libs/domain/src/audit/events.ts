/** Something in the log that is not as it was written. */
export interface LogBreak {
  /**
   * `unchained`: an event does not follow on the one before it on its topic. `checkpoint`: the log up to this event is not what was
   * signed. `passed-over`: what an event says cannot be, or cannot be understood, so that nothing follows from it.
   */
  readonly kind: 'unchained' | 'checkpoint' | 'passed-over';
  readonly seq: number;
  /** What it contradicts: the hash of the event before it, or the digest of the checkpoint; of one passed over, its own hash. */
  readonly contradicts: string;
}

/** Somebody has seen that the log is not as it was written, and lets it go on from how it is. */
export interface BreaksAcknowledged {
  readonly type: 'breaks-acknowledged';
  readonly breaks: readonly LogBreak[];
}

export type AuditEvent = BreaksAcknowledged;
