import type { AppDocument, LeaseDocument, SpaceDocument } from '@heddle/calc';
import type { StateListener } from '../state-watch';

/** A listener that keeps everything it hears, in order. */
export class HeardDocuments implements StateListener {
  readonly apps: AppDocument[] = [];
  readonly leases: LeaseDocument[] = [];
  readonly spaces: SpaceDocument[] = [];
  /** Up to where everything was known to be here; 0 before that. */
  verifiedUpTo = 0;
  readonly malformedSubjects: string[] = [];
  /** `cut off` and `caught up`, with how many documents had been heard by then. */
  readonly gaps: [what: string, heard: number][] = [];

  appChanged(document: AppDocument): void {
    this.apps.push(document);
  }

  leaseChanged(document: LeaseDocument): void {
    this.leases.push(document);
  }

  spaceChanged(document: SpaceDocument): void {
    this.spaces.push(document);
  }

  verified(upTo: number): void {
    this.verifiedUpTo = upTo;
  }

  malformed(subject: string): void {
    this.malformedSubjects.push(subject);
  }

  cutOff(): void {
    this.gaps.push(['cut off', this.apps.length + this.leases.length]);
  }

  caughtUp(): void {
    this.gaps.push(['caught up', this.apps.length + this.leases.length]);
  }

  /** The revisions of an app's documents, in the order they came. */
  revisionsOf(app: string): number[] {
    return this.apps.filter((document) => document.app === app).map(({ rev }) => rev);
  }
}
