/** A document that a change makes new. */
export interface ChangedDocument {
  readonly subject: string;
  /** The whole document as it is now, to be marked with the last change that touched it; called when its turn comes. A
   * promise says that it is made in turns. */
  readonly render: (rev: number) => unknown;
}

/** A document that waits to be published. */
export interface UnpublishedDocument extends ChangedDocument {
  /** The first change that it waits for. */
  readonly since: number;
  /** The last change that touched it. */
  readonly rev: number;
}

/**
 * Which documents are to be published, and up to which change all are. A document that is touched again while it waits keeps its
 * place, and is published once, as the last change left it: it is complete, so nobody misses the one in between.
 */
export class UnpublishedDocuments {
  private readonly waiting = new Map<string, UnpublishedDocument>();
  private newest = 0;

  /** The change whose documents are all taken, and those of every change before it; 0 before the first. */
  get takenUpTo(): number {
    // Documents wait in the order in which they were first touched.
    for (const { since } of this.waiting.values()) return since - 1;
    return this.newest;
  }

  add(seq: number, documents: readonly ChangedDocument[]): void {
    this.newest = seq;
    for (const { subject, render } of documents) {
      const since = this.waiting.get(subject)?.since ?? seq;
      this.waiting.set(subject, { subject, render, since, rev: seq });
    }
  }

  /** Takes the documents that wait longest, so many at most. */
  take(most: number): UnpublishedDocument[] {
    const taken: UnpublishedDocument[] = [];
    for (const [subject, document] of this.waiting) {
      if (taken.length === most) break;
      taken.push(document);
      this.waiting.delete(subject);
    }
    return taken;
  }
}
