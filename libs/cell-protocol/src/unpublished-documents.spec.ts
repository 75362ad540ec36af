import fc from 'fast-check';
import { UnpublishedDocuments } from './unpublished-documents';

const documents = (...subjects: string[]) => subjects.map((subject) => ({ subject, render: (rev: number) => rev }));

it('gives the documents that wait longest, each once, as the last change left it', () => {
  const unpublished = new UnpublishedDocuments();
  unpublished.add(1, documents('a', 'b'));
  unpublished.add(2, documents('b', 'c'));
  unpublished.add(3, documents('a'));
  expect(unpublished.take(2).map(({ subject, rev }) => [subject, rev])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
  expect(unpublished.takenUpTo).toBe(1);
  unpublished.add(4, documents('a'));
  expect(unpublished.take(5).map(({ subject, rev }) => [subject, rev])).toEqual([
    ['c', 2],
    ['a', 4],
  ]);
  expect(unpublished.takenUpTo).toBe(4);
});

it('says of no change that its documents are taken before they are, and in the end of every one', () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.subarray(['a', 'b', 'c', 'd']), fc.nat(3)), { maxLength: 30 }), (steps) => {
      const unpublished = new UnpublishedDocuments();
      const touched: string[][] = [];
      const taken = new Map<string, number>();
      const check = (): void => {
        for (let seq = 1; seq <= unpublished.takenUpTo; seq++)
          for (const subject of touched[seq - 1]!) expect(taken.get(subject)).toBeGreaterThanOrEqual(seq);
      };
      for (const step of steps) {
        if (typeof step === 'number') for (const { subject, rev } of unpublished.take(step)) taken.set(subject, rev);
        else unpublished.add(touched.push(step), documents(...step));
        check();
      }
      for (const { subject, rev } of unpublished.take(Infinity)) taken.set(subject, rev);
      check();
      expect(unpublished.takenUpTo).toBe(touched.length);
    }),
  ));
