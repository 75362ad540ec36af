import { silent } from '../testing/samples';
import { attemptAll } from './attempt-all';

it('takes every step, and has a sentence for each that failed', async () => {
  const taken: string[] = [];
  const step = (name: string, problem?: string) => ({
    failure: `${name} could not be removed`,
    act: async () => {
      taken.push(name);
      if (problem !== undefined) throw new Error(problem);
    },
  });
  const failures = await attemptAll([step('a', 'busy'), step('b'), step('c', 'away')], silent);
  expect(taken).toEqual(['a', 'b', 'c']);
  expect(failures).toEqual(['a could not be removed: busy', 'c could not be removed: away']);
});
