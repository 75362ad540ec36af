import { cellFacts, type EnforcementBook } from './enforcement-book';

/** The space of an app by what cells say of its containers; `null` when it runs nowhere, they do not say, or say different things. */
export function spaceByPlacement(book: EnforcementBook, app: string): string | null {
  const said = new Set<string | null>();
  for (const cell of book.hosts.get(`app:${app}`) ?? []) {
    for (const container of cellFacts(book, cell).containers) if (container.app === app) said.add(container.space);
  }
  const [space = null, ...others] = said;
  return others.length > 0 ? null : space;
}
