import { TurnsByName } from './turns-by-name';

it('takes what is about one name in order, also after a failure, and lets other names pass', async () => {
  const turns = new TurnsByName();
  const journal: string[] = [];
  let end!: () => void;
  const held = new Promise<void>((resolve) => (end = resolve));
  const first = turns.take('web', async () => {
    await held;
    journal.push('first');
    throw new Error('failed');
  });
  const refused = expect(first).rejects.toThrow('failed');
  const second = turns.take('web', async () => void journal.push('second'));
  await turns.take('db', async () => void journal.push('other'));
  expect(journal).toEqual(['other']);
  end();
  await Promise.all([refused, second]);
  expect(journal).toEqual(['other', 'first', 'second']);
});
