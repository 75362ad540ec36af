import { groupDecider, type GroupAsSent, type GroupBook, type GroupCommand } from '@heddle/domain';
import fc from 'fast-check';
import { spaceDocument, spaceDocumentOf, spacesTouchedBy } from './space-documents';

const SPACES = ['s', 't', 'constructor'];
const group: fc.Arbitrary<GroupAsSent> = fc.record({
  guid: fc.constantFrom('a', 'b', '__proto__'),
  name: fc.constantFrom('x', 'y'),
  rules: fc.array(fc.constantFrom<unknown>({ protocol: 'all', destination: '1.1.1.1', description: 'd' }, null), {
    maxLength: 2,
  }),
  stagingDefault: fc.boolean(),
  runningDefault: fc.boolean(),
  stagingSpaces: fc.subarray(SPACES),
  runningSpaces: fc.subarray(SPACES),
});
const groups = fc.uniqueArray(group, { minLength: 1, maxLength: 3, selector: ({ guid }) => guid });
const sync = groups.map((each): GroupCommand => ({ type: 'sync-groups', groups: each, asOfMs: null }));

/** What the documents of a book say, whatever their revision. */
function saidOf(book: GroupBook): Map<string | null, string> {
  const documents = [...SPACES, null].map((space) => spaceDocumentOf(book, space, 1));
  return new Map(documents.map((document) => [document.space, JSON.stringify(document)]));
}

it('every document that differs after an event is made anew, as the new book has it', () =>
  fc.assert(
    fc.property(fc.array(sync, { minLength: 1, maxLength: 6 }), (commands) => {
      let book = groupDecider.initialState;
      commands.forEach((command, i) => {
        const event = groupDecider.decide(book, command);
        if (!event) return;
        const before = book;
        book = groupDecider.evolve(book, event);
        const made = spacesTouchedBy(event, before, book).map((space) => spaceDocumentOf(book, space, i + 1));
        const [was, is] = [saidOf(before), saidOf(book)];
        const differing = [...is.keys()].filter((space) => was.get(space) !== is.get(space));
        expect(made.map(({ space }) => space)).toEqual(expect.arrayContaining(differing));
        for (const document of made) {
          expect(JSON.stringify({ ...document, rev: 1 })).toBe(is.get(document.space));
          expect(spaceDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
        }
      });
    }),
  ));
