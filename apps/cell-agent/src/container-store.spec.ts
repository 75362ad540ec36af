import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FatalError } from '@heddle/platform';
import { ContainerStore } from './container-store';
import { container } from './testing/samples';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-store-'));
  path = join(directory, 'containers.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('holds nothing at first', async () => {
  const store = await ContainerStore.open(directory);
  expect([store.list(), store.lastAddress, store.get('web-2')]).toEqual([[], undefined, undefined]);
});

it('has after a restart what it had before, with the address given out last, also when that is given back', async () => {
  const store = await ContainerStore.open(directory);
  await store.add(container('web', 2));
  await store.add({ ...container('db', 3), space: 'space-1', org: 'org-1' });
  await store.add(container('web', 4));
  await store.remove('web-4');
  await store.remove('web-4');
  const again = await ContainerStore.open(directory);
  expect(again.list()).toEqual([container('web', 2), { ...container('db', 3), space: 'space-1', org: 'org-1' }]);
  expect([again.lastAddress, again.get('db-3')?.space]).toEqual(['10.255.1.4', 'space-1']);
});

it('is for its owner alone', async () => {
  const store = await ContainerStore.open(directory);
  await store.add(container('web', 2));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('is whole on the disk at every moment, also while it is written', async () => {
  const store = await ContainerStore.open(directory);
  await store.add(container('web', 2));
  const writing = (async () => {
    for (let n = 3; n <= 30; n++) await store.add(container('app', n));
  })();
  let isOver = false;
  void writing.then(() => (isOver = true));
  let looks = 0;
  while (!isOver) {
    const { containers } = JSON.parse(await readFile(path, 'utf8')) as { containers: { handle: string }[] };
    expect(containers[0]?.handle).toBe('web-2');
    looks++;
  }
  expect(looks).toBeGreaterThan(0);
  expect(await readdir(directory)).toEqual(['containers.json']);
});

it('holds no container that it could not write', async () => {
  const store = await ContainerStore.open(directory);
  await store.add(container('web', 2));
  await rm(directory, { recursive: true });
  await expect(store.add(container('db', 3))).rejects.toThrow('ENOENT');
  expect(store.list()).toEqual([container('web', 2)]);
  await mkdir(directory);
  await store.add(container('db', 3));
  expect((await ContainerStore.open(directory)).list()).toEqual([container('web', 2), container('db', 3)]);
});

it.each(['', '{', '[]', '{"containers":[{"handle":"web-2"}]}', '{"containers":[],"lastAddress":"x"}'])(
  'does not begin with a file that is none of its own: %s',
  async (text) => {
    await writeFile(path, text);
    await expect(ContainerStore.open(directory)).rejects.toBeInstanceOf(FatalError);
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);
