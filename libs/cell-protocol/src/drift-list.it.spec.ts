import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { listDrift } from './drift-list';
import { ReportSender } from './report-sender';
import type { DriftReport } from './reports';
import { DRIFT_STREAM, ensureCellStreams } from './streams';
import { cellSubject } from './subjects';

const drift = (cell: string, n: number): DriftReport => ({
  ...{ cell, foundAtMs: 1000.5 + n, elementsMissing: n, elementsForeign: 0, rulesChanged: n % 2 === 0 },
});

describe('what others had changed on cells', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let senders: Record<'cell-1' | 'cell 2', ReportSender>;

  beforeEach(async () => {
    nats = await startTestNats();
    control = await nats.connect('control');
    await ensureCellStreams(control);
    const line = await nats.connect('cell');
    senders = { 'cell-1': new ReportSender(line, 'cell-1'), 'cell 2': new ReportSender(line, 'cell 2') };
  });
  afterEach(async () => {
    for (const sender of Object.values(senders)) await sender.close(0);
    await nats.stop();
  });

  const kept = async () => (await (await control.jetstreamManager()).streams.info(DRIFT_STREAM)).state.messages;
  const report = async (cell: keyof typeof senders, ...numbers: readonly number[]) => {
    const before = await kept();
    for (const n of numbers) senders[cell].drifted(drift(cell, n));
    await until(async () => (await kept()) === before + numbers.length);
  };

  it('is listed as it was reported, the newest first, of all cells or of one', async () => {
    expect(await listDrift(control, { limit: 50 })).toEqual([]);
    await report('cell-1', 1, 2);
    await report('cell 2', 3);
    await control.jetstream().publish(cellSubject.drift('cell-1'), 'no report');
    await report('cell-1', 4);
    expect(await listDrift(control, { limit: 50 })).toEqual([
      ...[drift('cell-1', 4), drift('cell 2', 3)],
      ...[drift('cell-1', 2), drift('cell-1', 1)],
    ]);
    expect(await listDrift(control, { cell: 'cell-1', limit: 2 })).toEqual([drift('cell-1', 4), drift('cell-1', 2)]);
    expect(await listDrift(control, { cell: 'cell-9', limit: 2 })).toEqual([]);
  });

  it('of one cell pushes out nothing of another, however much it is', async () => {
    await report('cell 2', 1);
    for (let n = 1; n <= 150; n++)
      await control.jetstream().publish(cellSubject.drift('cell-1'), JSON.stringify(drift('cell-1', n)));
    const listed = await listDrift(control, { limit: 500 });
    expect(listed).toHaveLength(101);
    expect([listed[0], listed.at(-1)]).toEqual([drift('cell-1', 150), drift('cell 2', 1)]);
  });

  it('is reported after a while without a server, the newest of it', async () => {
    await nats.kill();
    for (let n = 1; n <= 130; n++) senders['cell-1'].drifted(drift('cell-1', n));
    await nats.restart();
    await until(async () => (await kept().catch(() => 0)) >= 100, { withinMs: 20_000 });
    expect((await listDrift(control, { limit: 500 }))[0]).toEqual(drift('cell-1', 130));
  }, 40_000);
});
