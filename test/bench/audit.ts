import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres, startTestNats, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { Answers } from './audit/answers';
import { fillLog } from './audit/fill-log';
import { history } from './audit/history';
import { forgetPeak, peakMbOf, runMeasured } from './audit/peak-memory';
import { askAll } from './audit/questions';
import { HttpClient } from './policy-api/http-client';
import { print, rounded } from './summary';

/** `--events=1000000`: how many changes the log has; nothing but the disk bounds them. */
const EVENTS = Number(process.argv.find((argument) => argument.startsWith('--events='))?.slice(9) ?? 100_000);
/** `--postgres`: with the tables in PostgreSQL instead of SQLite; it does not sync. */
const ON_POSTGRES = process.argv.includes('--postgres');
const CLI = join(__dirname.replace(/\/dist\//, '/'), '../../bin/heddle');
/** How often one looks whether the tables hold everything. */
const LOOK_MS = 200;
/** A start reads the whole log; the slowest that can be waited for. */
const START_MS = 3_600_000;

/**
 * A long log, and everything that is asked of it, by the ways on which users ask:
 *
 * - `fill`: the log is written (see {@link fillLog})
 * - `start`: a control plane is started on it, with new tables: until it answers, and until the tables hold everything
 * - questions about the past (see {@link askAll})
 * - `rebuild`: the tables made anew: filled, and then indexed, compared and put in place
 * - `export`: the whole log as a bundle, written to a file
 * - `verify`: `heddle audit verify` of that file, in a process of its own
 * - `replay`: all changes as server-sent events, with what each opened and closed
 *
 * For each how long it took, and the most memory that the control plane (or `heddle`) had meanwhile. Each part is told on stderr when it
 * is over.
 */
async function main(): Promise<void> {
  const nats = await startTestNats();
  const directory = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const postgres = ON_POSTGRES ? await startPostgres() : undefined;
  try {
    const result = { name: 'audit', database: postgres ? 'PostgreSQL' : 'SQLite', events: EVENTS, load_before: load() };
    Object.assign(result, await part('fill', () => fillLog(nats, history(EVENTS))));
    const environment = postgres && { DATABASE_URL: await postgres.createDatabase() };
    Object.assign(result, await onControlPlane(nats, directory, environment));
    print({ ...result, load_after: load() });
  } finally {
    await postgres?.stop();
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function onControlPlane(
  nats: TestNats,
  directory: string,
  environment: Record<string, string> = {},
): Promise<Record<string, number>> {
  const begun = performance.now();
  const plane = await ControlPlaneProcess.start(nats, directory, nats.url, environment, START_MS);
  const client = new HttpClient(plane.url, plane.token);
  try {
    const result: Record<string, number> = { start_s: secondsSince(begun) };
    while (!/^heddle_read_model_lag_events\S* 0$/m.test(await client.get('/metrics'))) await delay(LOOK_MS);
    Object.assign(result, { tables_s: secondsSince(begun), start_mb: await peakMbOf(plane.pid) });
    console.error('start', result);
    const ask = async <T extends Record<string, number> | void>(name: string, work: () => Promise<T>) =>
      Object.assign(result, await part(name, work, plane.pid));
    const answers = new Answers(plane);
    const bundle = join(directory, 'bundle.jsonl');
    await ask('questions', () => askAll(client, EVENTS));
    await ask('rebuild', () => rebuild(answers));
    await ask('export', async () => {
      await answers.save('/api/v1/audit/bundle', bundle);
      return { bundle_mb: Math.round((await stat(bundle)).size / 1e6) };
    });
    Object.assign(result, await part('verify', () => verify(bundle)));
    await ask('replay', () => replay(answers));
    return result;
  } finally {
    client.close();
    await plane.stop();
  }
}

async function replay(answers: Answers): Promise<void> {
  let changes = 0;
  for await (const line of answers.lines('GET', '/api/v1/replay?from=1')) if (line === 'event: change') changes++;
  if (changes !== EVENTS) throw new Error(`${changes} changes were replayed`);
}

async function verify(bundle: string): Promise<Record<string, number>> {
  const { out, peakMb } = await runMeasured([CLI, 'audit', 'verify', bundle, '--output', 'json']);
  const { events } = JSON.parse(out) as { events: number };
  if (events !== EVENTS) throw new Error(`${events} events were verified`);
  return { verify_mb: peakMb };
}

async function rebuild(answers: Answers): Promise<Record<string, number>> {
  const begun = performance.now();
  let filled = NaN;
  let isEqual = false;
  for await (const line of answers.lines('POST', '/api/v1/audit/rebuild')) {
    const step = JSON.parse(line) as { position?: number; comparison?: { isEqual: boolean } };
    if (step.position === EVENTS) filled = secondsSince(begun);
    if (step.comparison) ({ isEqual } = step.comparison);
  }
  if (!isEqual) throw new Error('the new tables are not what the old ones were');
  return { rebuild_fill_s: filled };
}

/** Does something, and says how long it took, how many events a second that is, and the most memory that a process had meanwhile. */
async function part(
  name: string,
  work: () => Promise<Record<string, number> | void>,
  pid?: number,
): Promise<Record<string, number>> {
  if (pid !== undefined) await forgetPeak(pid);
  const begun = performance.now();
  const found = (await work()) ?? {};
  const seconds = secondsSince(begun);
  const result = {
    ...{ [`${name}_s`]: seconds, [`${name}_per_second`]: Math.round(EVENTS / seconds), ...found },
    ...(pid !== undefined && { [`${name}_mb`]: await peakMbOf(pid) }),
  };
  console.error(name, result, 'load', load());
  return result;
}

function secondsSince(begun: number): number {
  return rounded((performance.now() - begun) / 1000);
}

/** How many processes were running or wanted to, on average of the last minute; this bench itself is among them. */
function load(): number {
  return rounded(loadavg()[0] ?? NaN);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
