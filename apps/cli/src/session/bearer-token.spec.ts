import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findToken } from './bearer-token';

const dataDir = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
const adminToken = join(dataDir, 'admin.token');
const other = join(dataDir, 'other');
afterAll(() => rmSync(dataDir, { recursive: true }));

it('says where it looked when there is none', () =>
  expect(findToken({ dataDir, token: undefined }, undefined)).rejects.toThrow(
    `there is no token at ${adminToken}: npm start makes one there; or set HEDDLE_DATA_DIR or HEDDLE_TOKEN, or use --token-file`,
  ));

it('prefers a named file to the environment, and that to the data directory', async () => {
  writeFileSync(adminToken, 'admin\n');
  writeFileSync(other, 'other\n');
  expect(await findToken({ dataDir, token: undefined }, undefined)).toEqual({ text: 'admin', from: adminToken });
  expect(await findToken({ dataDir, token: 'given' }, undefined)).toEqual({ text: 'given', from: 'HEDDLE_TOKEN' });
  expect(await findToken({ dataDir, token: 'given' }, other)).toEqual({ text: 'other', from: other });
});

it('does not fall back when the named file is not there', () =>
  expect(findToken({ dataDir, token: 'given' }, join(dataDir, 'none'))).rejects.toThrow(
    `there is no token at ${join(dataDir, 'none')}: name another file with --token-file`,
  ));

it.each(['', 'two words', 'two\nlines', 'schlüssel'])('takes %j for no token', async (text) => {
  writeFileSync(other, text);
  await expect(findToken({ dataDir, token: undefined }, other)).rejects.toThrow(
    `${other} does not hold a token: it must be one line of ASCII without spaces`,
  );
});
