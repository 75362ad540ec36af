import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { hearBeats } from './report-reader';
import { ReportSender } from './report-sender';
import { BEAT_INTERVAL_MS, type Beat } from './reports';
import { cellSubject } from './subjects';

describe('signs of life', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let cell: NatsConnection;
  let heard: Beat[];
  let stopHearing: () => void;
  beforeAll(async () => {
    nats = await startTestNats();
    [control, cell] = await Promise.all([nats.connect('control'), nats.connect('cell')]);
  });
  beforeEach(async () => {
    heard = [];
    stopHearing = hearBeats(control, (beat) => heard.push(beat));
    await control.flush();
  });
  afterEach(() => stopHearing());
  afterAll(() => nats.stop());

  it('come at once and at each interval, with what is true then, until they are stopped', async () => {
    const sender = new ReportSender(cell, 'cell 1');
    const stop = new AbortController();
    let enforcedUpTo = 0;
    const now = { cell: 'cell 1', atMs: 5, alarms: [{ code: 'stale', message: 'nobody can be asked' }] };
    const begun = performance.now();
    const beating = sender.beat(() => ({ ...now, enforcedUpTo: enforcedUpTo++ }), stop.signal);
    await until(() => heard.length === 1);
    expect(performance.now() - begun).toBeLessThan(BEAT_INTERVAL_MS);
    await until(() => heard.length === 2);
    expect(performance.now() - begun).toBeGreaterThan(BEAT_INTERVAL_MS - 50);
    expect(heard).toEqual([0, 1].map((n) => ({ ...now, enforcedUpTo: n })));
    const stopped = performance.now();
    stop.abort();
    await beating;
    expect(performance.now() - stopped).toBeLessThan(BEAT_INTERVAL_MS / 2);
  });

  it('are passed over when they cannot be read', async () => {
    for (const text of ['', 'no JSON', '{}', '{"cell":"","enforcedUpTo":1,"atMs":1}', '{"cell":"cell-1","atMs":1}'])
      cell.publish(cellSubject.beat('cell-1'), text);
    cell.publish(cellSubject.beat('cell-1'), '{"cell":"cell-1","enforcedUpTo":1,"atMs":1}');
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ cell: 'cell-1', enforcedUpTo: 1, atMs: 1, alarms: [] }]);
  });

  it('are heard no more after that was stopped', async () => {
    stopHearing();
    cell.publish(cellSubject.beat('cell-1'), '{"cell":"cell-1","enforcedUpTo":1,"atMs":1}');
    await cell.flush();
    await control.flush();
    expect(heard).toEqual([]);
  });
});
