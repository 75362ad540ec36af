import { Refused } from '../refused';
import { eachOf, type Steps } from '../steps';
import type { Policy } from './policy';
import type { PolicyBook } from './policy-book';

/**
 * Asks that no app a request mentions would be the source of more than `most` policies, counted as Cloud Foundry's policy
 * server counts: what the app has, and every policy of the request that it is the source of, whether it exists already
 * or stands in the request twice. An app that is mentioned as destination only is counted too.
 * @throws {Refused} `quota-exceeded`, naming the first such app.
 */
export function* requireQuota(book: PolicyBook, policies: readonly Policy[], most: number): Steps<void> {
  const asked = new Map<string, number>();
  yield* eachOf(policies, ({ source, destination }) => {
    asked.set(source, (asked.get(source) ?? 0) + 1);
    asked.set(destination, asked.get(destination) ?? 0);
  });
  yield* eachOf(asked, ([app, more]) => {
    const has = book.apps.get(app)?.outbound ?? 0;
    if (has + more <= most) return;
    throw new Refused(
      'quota-exceeded',
      `app '${app}' is the source of ${has} policies, and with ${more} more would have more than ${most}: remove some first`,
    );
  });
}
