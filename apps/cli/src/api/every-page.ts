/** Part of a list of the past. */
interface Page {
  readonly asOf: { readonly seq: number };
  readonly next: string | null;
}

/** Which part of the past is wanted. */
export interface PastPage {
  /** As the control plane reads it: a sequence, a time, a span. */
  readonly at?: string;
  readonly after?: string;
}

/**
 * Every page of a list of the past. All are of the same moment: that of the first one, whatever `5m ago` is when the next is
 * asked for.
 */
export async function* everyPage<Found extends Page>(
  ask: (page: PastPage) => Promise<Found>,
  at: string | undefined,
): AsyncGenerator<Found, void> {
  let page = await ask({ at });
  yield page;
  while (page.next !== null) {
    page = await ask({ at: String(page.asOf.seq), after: page.next });
    yield page;
  }
}

/** The same as one answer: the first page, with what all of them list. */
export async function asOnePage<Member extends string, Item, Found extends Page & Record<Member, Item[]>>(
  member: Member,
  ask: (page: PastPage) => Promise<Found>,
  at: string | undefined,
): Promise<Found> {
  const found: Found[] = [];
  for await (const page of everyPage(ask, at)) found.push(page);
  const [first] = found as [Found];
  return { ...first, [member]: found.flatMap((page) => page[member]), next: null };
}
