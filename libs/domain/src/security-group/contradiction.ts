import type { GroupEvent } from './events';
import type { GroupBook } from './group-book';

/** Why an event cannot follow on a book: half a sentence. `undefined` for every event that was decided on it. */
export function groupContradiction({ groups }: GroupBook, event: GroupEvent): string | undefined {
  const { added, changed, removed } = event;
  const named = [...added, ...changed].map(({ guid }) => guid).concat(removed);
  if (new Set(named).size < named.length) return 'it names a security group twice';
  const present = added.find(({ guid }) => groups.has(guid));
  if (present) return `it adds the security group '${present.guid}', which is there already`;
  const absent = [...changed.map(({ guid }) => guid), ...removed].find((guid) => !groups.has(guid));
  return absent === undefined ? undefined : `it changes or removes the security group '${absent}', which is not there`;
}
