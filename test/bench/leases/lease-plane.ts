import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@heddle/platform';
import { startTestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../../support/control-plane-process';
import { cpuMsOf } from '../policy-api/cpu-time';

/** A pool of 8 191 blocks. */
const OVERLAY = '10.224.0.0/11';

/** A control plane in a process of its own with a nats-server of its own, as cells see them. */
export interface LeasePlane {
  /** With the rights of cells. */
  connect(): Promise<NatsConnection>;
  /** How many messages the log holds, and how many the stream of renewals. */
  messages(): Promise<{ log: number; renewals: number }>;
  /** How long the two have been on the CPU so far, in ms. */
  cpuMs(): Promise<{ controlPlane: number; nats: number }>;
}

/** Starts one, and ends it. */
export async function withLeasePlane<T>(measure: (plane: LeasePlane) => Promise<T>): Promise<T> {
  const nats = await startTestNats();
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const process = await ControlPlaneProcess.start(nats, dataDir, nats.url, { HEDDLE_OVERLAY_NETWORKS: OVERLAY });
  try {
    const streams = await (await nats.connect()).jetstreamManager();
    const messagesOf = async (stream: string) => (await streams.streams.info(stream)).state.last_seq;
    const { server } = JSON.parse(await readFile(join(nats.dataDir, 'nats', 'server.json'), 'utf8')) as {
      server: { pid: number };
    };
    return await measure({
      connect: () => nats.connect('cell'),
      messages: async () => ({ log: await messagesOf('HEDDLE_LOG'), renewals: await messagesOf('HEDDLE_RENEWALS') }),
      cpuMs: async () => ({ controlPlane: await cpuMsOf(process.pid), nats: await cpuMsOf(server.pid) }),
    });
  } finally {
    await process.stop();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
