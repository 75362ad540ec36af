import { FatalError } from '@heddle/platform';
import type { ReplayEvent } from '../api/replay-api';
import { change } from '../testing/samples';
import { wholeReplay } from './whole-replay';

const { signal } = new AbortController();

it('is given up when the control plane stays away, and says from where to go on', async () => {
  let asked = 0;
  async function* events(): AsyncGenerator<ReplayEvent> {
    if (asked++ === 0) yield { id: 'at-7', entry: { kind: 'change', ...change(7), reach: [] } };
    throw new FatalError('nobody answers');
  }
  const notes: string[] = [];
  const shown: string[] = [];
  const showing = async () => {
    const whole = { replay: { events }, question: { from: '7' }, signal, patienceMs: 500 };
    for await (const { kind } of wholeReplay({ ...whole, note: (sentence) => notes.push(sentence) })) shown.push(kind);
  };
  await expect(showing()).rejects.toThrow(
    'the replay is cut off for more than 0.5 s (nobody answers): go on with --from 7',
  );
  expect(shown).toEqual(['change']);
  expect(notes).toEqual(['the replay is cut off (nobody answers): trying to go on']);
  expect(asked).toBeGreaterThan(1);
});

it('is not tried again when it cannot be had at first', async () => {
  // eslint-disable-next-line require-yield -- it fails before
  async function* events(): AsyncGenerator<ReplayEvent> {
    throw new FatalError('nobody answers');
  }
  const whole = wholeReplay({ replay: { events }, question: { from: '7' }, note: () => {}, signal });
  await expect(whole.next()).rejects.toThrow('nobody answers');
});
