import type { PolicyEvent } from '@heddle/domain';
import { fromFact, type LogFollower } from '@heddle/event-log';

/**
 * The spaces of apps as changes were decided with them. An app stays in its space as long as it lives, so this is so also when nobody
 * knows the app any more: without it, everything that an app which is gone was ever allowed would be doubtful for ever.
 */
export class RecordedSpaces {
  private readonly spaces = new Map<string, string>();

  constructor(follower: LogFollower) {
    follower.subscribe((event) => {
      if (event.topic !== 'policy') return;
      const fact = fromFact<PolicyEvent>(event);
      if (fact.type !== 'policies-changed') return;
      for (const { app, space } of fact.spaces ?? []) if (space !== null) this.spaces.set(app, space);
    });
  }

  /** Where an app was, if any change says so. */
  spaceOf(app: string): string | null {
    return this.spaces.get(app) ?? null;
  }
}
