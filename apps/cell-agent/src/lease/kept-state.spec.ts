import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@heddle/testing';
import { appDocument, grant, leaseDocument, silent } from '../testing/samples';
import { readLastGoodState, StateKeeper, type LastGoodState } from './kept-state';

let directory: string;
let state: LastGoodState | undefined;
let reports: (string | null)[];
let keeper: StateKeeper;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-kept-'));
  const leases = [leaseDocument(1, 3), leaseDocument(2, 4)];
  state = {
    inTouchAtMs: 7,
    grant: grant(1),
    leases,
    apps: [appDocument('web', 5)],
    spaces: [{ space: 's', rev: 6, groups: [] }],
  };
  reports = [];
  keeper = new StateKeeper(
    directory,
    () => state,
    (failure) => reports.push(failure),
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));
const read = () => readLastGoodState(directory, silent);

it('is none at first', async () => expect(await read()).toBeUndefined());

it('is what was known last, written once however much has changed', async () => {
  for (let change = 0; change < 1_000; change++) keeper.changed();
  await keeper.close();
  expect(await read()).toMatchObject(state as object);
  expect(reports.length).toBeLessThanOrEqual(2);
  expect(await readdir(directory)).toEqual(['last-good-state.json']);
});

it('stays while what is known is not good, and goes when it is good no longer', async () => {
  keeper.changed();
  await until(() => reports.length > 0);
  const good = state;
  state = undefined;
  keeper.changed();
  await keeper.close();
  expect(await read()).toMatchObject(good as object);
  await keeper.forget();
  expect(await read()).toBeUndefined();
});

it.each([
  ['is half written', (text: string) => text.slice(0, 100)],
  ['is of another version', (text: string) => text.replace('"version":1', '"version":2')],
  ['holds what is no lease', (text: string) => text.replace('10.255.2.0/24', '10.255.2.0/99')],
])('is as good as none when it %s', async (_, spoil) => {
  keeper.changed();
  await keeper.close();
  const path = join(directory, 'last-good-state.json');
  await writeFile(path, spoil(await readFile(path, 'utf8')));
  expect(await read()).toBeUndefined();
});

it('says when it cannot be written', async () => {
  await rm(directory, { recursive: true });
  keeper.changed();
  await keeper.close();
  expect(reports).toEqual([expect.stringMatching(/last-good-state.json cannot be written: /)]);
});
