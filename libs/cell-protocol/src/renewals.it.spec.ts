import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { publishRenewal, readRenewals } from './renewals';
import { ensureRenewalStream, RENEWAL_STREAM } from './streams';

describe('renewals', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  const stop = new AbortController();

  beforeAll(async () => {
    nats = await startTestNats();
    connection = await nats.connect();
    await ensureRenewalStream(connection, 60_000);
  });
  afterAll(() => nats?.stop());

  it('are heard again when their stream was lost and is made anew', async () => {
    const heard: string[] = [];
    const reading = (async () => {
      for await (const each of readRenewals(connection, stop.signal))
        if (each.kind === 'renewal') heard.push(each.renewal.cell);
    })();
    const renew = (cell: string): void => publishRenewal(connection, { cell, overlaySubnet: '10.255.1.0/24' });
    for (const cell of ['cell-1', 'cell-2', 'cell-3']) renew(cell);
    await until(() => heard.length === 3);
    await (await connection.jetstreamManager()).streams.delete(RENEWAL_STREAM);
    await ensureRenewalStream(connection, 60_000);
    renew('cell-4');
    await until(() => heard.includes('cell-4'), { withinMs: 60_000 });
    stop.abort();
    await reading;
  }, 90_000);
});
