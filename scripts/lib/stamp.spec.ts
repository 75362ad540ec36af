import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unlessStamped } from './stamp.mjs';

let directory: string;
let stamp: string;
const work = jest.fn<Promise<void>, []>();

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-stamp-'));
  stamp = path.join(directory, 'deeper', '.stamp');
  work.mockReset().mockResolvedValue(undefined);
});
afterEach(() => rmSync(directory, { recursive: true }));

it('does the work once for a fingerprint', async () => {
  await unlessStamped(stamp, 'one', work);
  await unlessStamped(stamp, 'one', work);
  expect(work).toHaveBeenCalledTimes(1);
});

it('does it again for another fingerprint', async () => {
  await unlessStamped(stamp, 'one', work);
  await unlessStamped(stamp, 'two', work);
  expect(work).toHaveBeenCalledTimes(2);
});

it('does it again after it failed, even for a fingerprint that was good before', async () => {
  await unlessStamped(stamp, 'one', work);
  await expect(unlessStamped(stamp, 'two', () => Promise.reject(new Error('interrupted')))).rejects.toThrow();
  expect(existsSync(stamp)).toBe(false);
  await unlessStamped(stamp, 'one', work);
  expect(work).toHaveBeenCalledTimes(2);
});

it('says in one sentence when it cannot write', async () => {
  writeFileSync(path.join(directory, 'deeper'), 'a file where a directory should be');
  await expect(unlessStamped(stamp, 'one', work)).rejects.toThrow(/deeper cannot be written to \(E\w+\); run as /);
});
