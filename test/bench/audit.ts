import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edgeDifferences, edgesOf, policyDecider, type Policy, type PolicyEvent } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { isoTime } from '@heddle/platform';
import { openReadModel, type LogProjector, type PairPage, type ReadModel } from '@heddle/read-model';
import { print, rounded, summary } from './summary';

/** `--events=1000000`: how many changes the log has. */
const EVENTS = Number(process.argv.find((argument) => argument.startsWith('--events='))?.split('=')[1] ?? 100_000);
const APPS = 1_000;
/** So many stand once the first changes have added them, 500 each; each later change removes one or adds one. */
const STANDING = 60_000;
const ADDED_TOGETHER = 500;
const BATCH = 500;
const QUESTIONS = 40;
const PAGE = 5_000;
const FIRST_MS = Date.UTC(2026, 0, 1);

/**
 * Questions about the past, put to the tables of SQLite: how long each takes, at moments spread over the whole log. `at_page` is a
 * page of 500 policies, `at_app` all of one app, `at_all` all that stood, in pages; `verdict` whether one app could reach another;
 * `pairs` all pairs of apps with their ports; `diff` what differs over a hundredth of the log, `diff_all` over the whole of it. Then
 * the tables are made anew: `rebuild_s` fills them, `swap_s` compares them with those in use and puts them in their place, while no
 * change reaches the tables.
 */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const model = await openReadModel({ sqliteFile: join(directory, 'read-model.sqlite') });
  try {
    const begun = performance.now();
    await fill(model.projector());
    const seconds = (performance.now() - begun) / 1000;
    print({
      name: 'audit',
      events: EVENTS,
      events_per_second: Math.round(EVENTS / seconds),
      ...(await questions(model)),
      ...(await rebuilt(model)),
    });
  } finally {
    await model.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function questions(model: ReadModel): Promise<Record<string, number>> {
  const moments = Array.from({ length: QUESTIONS }, (_, i) => Math.ceil(((i + 1) * EVENTS) / QUESTIONS));
  const result: Record<string, number> = {};
  const ask = async (name: string, those: readonly number[], question: (seq: number) => Promise<unknown>) => {
    const took: number[] = [];
    for (const seq of those) {
      const at = performance.now();
      await question(seq);
      took.push(performance.now() - at);
    }
    Object.assign(result, summary(`${name}_`, took));
    if (process.env.HEDDLE_DEBUG) console.error(name, took.map(rounded));
  };
  const few = moments.filter((_, i) => i % 8 === 7);
  await ask('time', moments, (seq) => model.newestChangeAt(FIRST_MS + seq * 1000));
  await ask('at_page', moments, (seq) => model.policiesAt(seq, {}, { limit: 500 }));
  await ask('at_app', moments, (seq) => model.policiesAt(seq, { either: [appOf(seq)] }, { limit: 500 }));
  await ask('at_all', few, (seq) => allPolicies(model, seq));
  await ask('tags', moments, (seq) => model.standingAt('tag', seq, { limit: PAGE }));
  await ask('verdict', moments, (seq) =>
    model.betweenApps({ source: appOf(seq), destination: appOf(partnerOf(seq)) }, seq, { protocol: 'tcp' }, 100),
  );
  await ask('pairs', few, (seq) => allPairs(model, seq));
  await ask('diff', few, (seq) => allDifferences(model, seq - Math.ceil(EVENTS / 100), seq));
  await ask('diff_all', [EVENTS], (seq) => allDifferences(model, STANDING / ADDED_TOGETHER, seq));
  return result;
}

async function allPolicies(model: ReadModel, seq: number): Promise<void> {
  for (let after; ;) {
    const page = await model.policiesAt(seq, {}, { limit: PAGE, ...(after && { after }) });
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

async function allPairs(model: ReadModel, seq: number): Promise<void> {
  for await (const pairs of pages((page) => model.pairsAt(seq, page)))
    edgesOf((await model.spansOfPairs(pairs, [seq])).map(({ policy }) => policy));
}

async function allDifferences(model: ReadModel, since: number, until: number): Promise<void> {
  for await (const pairs of pages((page) => model.pairsTouched(since, until, page)))
    edgeDifferences(await model.spansOfPairs(pairs, [since, until]), since, until);
}

async function* pages(list: (page: PairPage) => Promise<string[]>): AsyncGenerator<string[], void> {
  for (let after: string | undefined; ;) {
    const page = await list({ limit: PAGE, ...(after !== undefined && { after }) });
    yield page;
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

/** Makes the tables anew, as `heddle audit rebuild` does. */
async function rebuilt(model: ReadModel): Promise<Record<string, number>> {
  const rebuild = await model.beginRebuild();
  const begun = performance.now();
  await fill(rebuild.projector());
  const filled = performance.now();
  const { isEqual } = await rebuild.finish({ catchUp: async () => {}, isSwapped: true });
  if (!isEqual) throw new Error('the new tables are not what the old ones were');
  const swapped = performance.now();
  await rebuild.close();
  return { rebuild_s: rounded((filled - begun) / 1000), swap_s: rounded((swapped - filled) / 1000) };
}

/** Writes the log into tables as the control plane does. */
async function fill(projector: LogProjector): Promise<void> {
  let batch: LoggedEvent[] = [];
  for (const event of history()) {
    batch.push(event);
    if (batch.length < BATCH && event.seq < EVENTS) continue;
    await projector.apply(batch);
    batch = [];
  }
}

function* history(): Generator<LoggedEvent> {
  const { initialState, decide, evolve } = policyDecider();
  let book = initialState;
  const standing: Policy[] = [];
  let made = 0;
  const policyOf = (number: number): Policy => {
    const port = 1 + (number % 60_000);
    return { source: appOf(number), destination: appOf(partnerOf(number)), protocol: 'tcp', start: port, end: port };
  };
  for (let seq = 1; seq <= EVENTS; seq++) {
    const adds = standing.length < STANDING;
    const count = made < STANDING ? ADDED_TOGETHER : 1;
    const added = adds ? Array.from({ length: count }, () => policyOf(made++)) : [];
    const removed = adds ? [] : [swapOut(standing, (seq * 2_654_435_761) % standing.length)];
    standing.push(...added);
    const policies = adds ? added : removed;
    const event = decide(book, { type: adds ? 'add-policies' : 'remove-policies', policies }) as PolicyEvent;
    book = evolve(book, event);
    const { type, ...data } = event;
    yield {
      ...{ seq, id: `${seq}`, topic: 'policy', type: `${type}.v1`, time: isoTime(FIRST_MS + seq * 1000), data },
      ...{ actor: { name: `user-${seq % 50}` }, correlationId: `${seq}`, previousHash: '', hash: `${seq}` },
    };
  }
}

function swapOut(policies: Policy[], at: number): Policy {
  const last = policies.pop() as Policy;
  if (at >= policies.length) return last;
  const chosen = policies[at] as Policy;
  policies[at] = last;
  return chosen;
}

/** With whom the number's app talks: a thousand numbers on, with somebody else. */
function partnerOf(number: number): number {
  return number + 1 + 13 * Math.floor(number / APPS);
}

/** Apps come up in an order that looks random, and each as often as any other. */
function appOf(number: number): string {
  return `app-${((number * 7_919) % APPS).toString().padStart(4, '0')}-0000-4000-8000-000000000000`;
}

void main();
