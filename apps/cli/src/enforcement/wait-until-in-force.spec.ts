import { z } from 'zod';
import { FatalError, UserError } from '@heddle/platform';
import { UnreadableAnswer } from '../api/answers';
import type { ChangeWithEnforcement } from '../api/schemas';
import { changeOn } from '../testing/samples';
import { waitUntilInForce } from './wait-until-in-force';

const pending = changeOn(12, { 'cell-1': 'waiting' });
const inForce = changeOn(12, { 'cell-1': 2 });
const gone = new FatalError('no control plane answers');
const never = new AbortController().signal;

/** An API that gives these answers one after the other, the last one again and again. */
function answering(...answers: (ChangeWithEnforcement | Error)[]) {
  const holds: number[] = [];
  return {
    holds,
    change(_seq: number, holdMs = 0): Promise<ChangeWithEnforcement> {
      const answer = answers[Math.min(holds.push(holdMs), answers.length) - 1] as ChangeWithEnforcement | Error;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

it('asks once when the change is in force', async () => {
  const api = answering(inForce);
  expect(await waitUntilInForce(api, 12, 1_000, never)).toBe(inForce);
  expect(api.holds).toEqual([0]);
});

it('lets the control plane hold the next answer for the time that is left', async () => {
  const api = answering(pending, inForce);
  expect(await waitUntilInForce(api, 12, 90_000, never)).toBe(inForce);
  expect(api.holds[1]).toBeGreaterThan(89_000);
});

it('gives what is known when the time is over, without asking all the while', async () => {
  const api = answering(pending);
  expect(await waitUntilInForce(api, 12, 400, never)).toBe(pending);
  expect(api.holds.length).toBeGreaterThan(1);
  expect(api.holds.length).toBeLessThan(10);
});

it('waits over a restart of the control plane', async () => {
  const api = answering(pending, gone, gone, inForce);
  expect(await waitUntilInForce(api, 12, 10_000, never)).toBe(inForce);
});

it.each([
  ['does not answer at first', [gone, inForce], gone.message],
  ['does not come back in time', [pending, gone], gone.message],
  ['refuses', [pending, new UserError('token-refused', 'refused'), inForce], 'refused'],
  [
    'cannot be understood',
    [pending, new UnreadableAnswer('this', new z.ZodError([])), inForce],
    'this is not what this version of heddle can read: use versions that belong together',
  ],
])('fails when the control plane %s', async (_, answers, words) => {
  await expect(waitUntilInForce(answering(...answers), 12, 300, never)).rejects.toThrow(words);
});

it('ends with the signal', async () => {
  const stopping = new AbortController();
  const waiting = waitUntilInForce(answering(pending), 12, 60_000, stopping.signal);
  setTimeout(() => stopping.abort(new Error('enough')), 50);
  await expect(waiting).rejects.toThrow('enough');
});
