/** Which policies a list request wants; a list that is absent filters nothing, an empty one matches nothing. */
export interface PolicyQuery {
  readonly either?: string[];
  readonly sources?: string[];
  readonly destinations?: string[];
}

/**
 * Reads the query of a list request. `id` wins over the others; of a repeated name the first counts; names are
 * case-sensitive and unknown ones ignored; empty items are harmless, but a list without items matches nothing.
 *
 * A pair with `;` or with a wrong `%` is read literally. Cloud Foundry's policy server drops such a pair, and then answers with
 * every policy there is.
 */
export function parsePolicyQuery(query: string): PolicyQuery {
  const given = new URLSearchParams(query);
  const list = (name: string): string[] | undefined =>
    given
      .get(name)
      ?.split(',')
      .filter((item) => item !== '');
  const either = list('id');
  return either ? { either } : { sources: list('source_id'), destinations: list('dest_id') };
}
