import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKeyRing } from '@heddle/platform';
import { startTestNats, type TestNats } from '@heddle/testing';
import { LogUnavailable } from '../event-log';
import { EMPTY_CHAIN } from './chain';
import { isSigned, signCheckpoint } from './checkpoint';
import { CHECKPOINT_STREAM, keepCheckpoint, readCheckpoints } from './checkpoint-stream';

let nats: TestNats;
let directory: string;
beforeAll(async () => {
  nats = await startTestNats();
  directory = await mkdtemp(join(tmpdir(), 'heddle-keys-'));
}, 30_000);
afterAll(async () => {
  await nats.stop();
  await rm(directory, { recursive: true, force: true });
});

it('checkpoints are kept once each, in order, survive a restart, and cannot be removed', async () => {
  const connection = await nats.connect();
  const ring = await ensureKeyRing(join(directory, 'audit.key'));
  const signed = (seq: number) => signCheckpoint({ ...EMPTY_CHAIN, seq }, '2026-11-25T09:00:00.000Z', ring);
  expect(await readCheckpoints(connection)).toEqual([]);
  for (const seq of [1, 2, 2, 3]) await keepCheckpoint(connection, signed(seq));
  connection.publish('heddle.checkpoint', 'something else');
  await nats.restart();
  const kept = await readCheckpoints(await nats.connect());
  expect(kept).toEqual([1, 2, 3].map(signed));
  expect(kept.every((checkpoint) => isSigned(checkpoint, ring.keys))).toBe(true);
  const { streams } = await (await nats.connect()).jetstreamManager();
  await expect(streams.deleteMessage(CHECKPOINT_STREAM, 1)).rejects.toThrow();
  await expect(streams.purge(CHECKPOINT_STREAM)).rejects.toThrow();
  await connection.close();
  await expect(readCheckpoints(connection)).rejects.toThrow(LogUnavailable);
}, 60_000);
