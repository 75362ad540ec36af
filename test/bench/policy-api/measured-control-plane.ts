import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats } from '@heddle/testing';
import { CertificateAuthority, type CertificatePaths } from '../../support/certificates';
import { ControlPlaneProcess } from '../../support/control-plane-process';
import { internalSettings } from '../../support/internal-server';
import { HttpClient } from './http-client';

/** A control plane in a process of its own, with nothing stored, and what one needs to ask it. */
export interface MeasuredControlPlane {
  readonly process: ControlPlaneProcess;
  /** With the rights of an administrator. */
  readonly client: HttpClient;
  /** The authority of the internal API, and the certificate of a cell. */
  readonly ca: string;
  readonly cell: CertificatePaths;
}

/** Starts one, with a nats-server of its own, and ends both. */
export async function withControlPlane<T>(measure: (measured: MeasuredControlPlane) => Promise<T>): Promise<T> {
  const nats = await startTestNats();
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const authority = await CertificateAuthority.create();
  const process = await ControlPlaneProcess.start(nats, dataDir, nats.url, await internalSettings(authority));
  const client = new HttpClient(process.url, process.token);
  try {
    return await measure({ process, client, ca: authority.cert, cell: await authority.issue('cell-1') });
  } finally {
    client.close();
    await process.stop();
    await nats.stop();
    await authority.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}
