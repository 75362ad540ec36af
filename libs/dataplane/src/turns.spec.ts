import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from './turns';

describe('taking turns', () => {
  it('begins a task only when the one before it has ended', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const task = (name: string, ms: number) => async () => {
      seen.push(`${name} begins`);
      await sleep(ms);
      seen.push(`${name} ends`);
    };
    await Promise.all([turns.take(task('slow', 20)), turns.take(task('quick', 0))]);
    expect(seen).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
  });

  it('goes on after a failure, which only its own caller sees', async () => {
    const turns = new Turns();
    const failing = turns.take(() => Promise.reject(new Error('no')));
    const next = turns.take(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
