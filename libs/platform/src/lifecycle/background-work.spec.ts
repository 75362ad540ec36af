import { BackgroundWork } from './background-work';

it('runs one at a time, and once more when woken meanwhile', async () => {
  const events: string[] = [];
  const work = new BackgroundWork(async () => {
    events.push('begin');
    await Promise.resolve();
    events.push('end');
  });
  work.wake();
  work.wake();
  work.wake();
  await work.settled();
  expect(events).toEqual(['begin', 'end', 'begin', 'end']);
});

it('never leaves anything lying, whenever it is woken', async () => {
  const left: number[] = [];
  const done: number[] = [];
  const work = new BackgroundWork(async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await Promise.resolve();
      done.push(next);
    }
  });
  for (let i = 0; i < 200; i++) {
    left.push(i);
    work.wake();
    // Comes back after a different number of turns each time, so that some wake it just as it ends.
    for (let turns = 0; turns < i % 9; turns++) await Promise.resolve();
  }
  await work.settled();
  expect(done).toHaveLength(200);
});
