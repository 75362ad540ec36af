import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeForgottenPolicy, withServicesHeldBack } from './service-policy.mjs';

let directory: string;
let policy: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-policy-'));
  policy = path.join(directory, 'policy-rc.d');
});
afterEach(() => rmSync(directory, { recursive: true }));

it('holds services back while the work lasts', async () => {
  const answer = await withServicesHeldBack(async () => spawnSync(policy).status, policy);
  expect(answer).toBe(101);
  expect(existsSync(policy)).toBe(false);
});

it('lets services start again when the work fails', async () => {
  await expect(withServicesHeldBack(() => Promise.reject(new Error('no network')), policy)).rejects.toThrow(
    'no network',
  );
  expect(existsSync(policy)).toBe(false);
});

it("leaves an administrator's policy as it is", async () => {
  writeFileSync(policy, '#!/bin/sh\nexit 0\n', { mode: 0o700 });
  await withServicesHeldBack(async () => undefined, policy);
  expect(readFileSync(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  expect(statSync(policy).mode & 0o777).toBe(0o700);
});

it('removes what a set-up that was killed left behind, and nothing of one that lives', async () => {
  const ended = spawnSync('true').pid;
  await withServicesHeldBack(async () => {
    removeForgottenPolicy(policy);
    expect(existsSync(policy)).toBe(true);
    writeFileSync(policy, readFileSync(policy, 'utf8').replace(`process ${process.pid}`, `process ${ended}`));
    removeForgottenPolicy(policy);
    expect(existsSync(policy)).toBe(false);
  }, policy);
});
