import type { HttpClient } from '../policy-api/http-client';
import { summary } from '../summary';
import { appOf, CHANGES_AT_FIRST, partnerOf } from './history';

const QUESTIONS = 40;
const PAGE = 5_000;

/**
 * Questions about the past, put to the control plane: how long each takes, at moments spread over the whole log. `time` asks by a time
 * what by all others is asked by a change; `at_page` is a page of 500 policies, `at_app` all of one app, `at_all` all that stood, in
 * pages; `verdict` whether one app could reach another; `pairs` all pairs of apps with their ports; `diff` what differs over a hundredth
 * of the log, `diff_all` over the whole of it. The first question of a kind, which warms the control plane up, is asked once before.
 */
export async function askAll(client: HttpClient, changes: number): Promise<Record<string, number>> {
  const moments = Array.from({ length: QUESTIONS }, (_, i) => Math.ceil(((i + 1) * changes) / QUESTIONS));
  const few = moments.filter((_, i) => i % 8 === 7);
  const result: Record<string, number> = {};
  const ask = async (name: string, those: readonly number[], question: (seq: number) => Promise<unknown>) => {
    const took: number[] = [];
    await question(those[0] as number);
    for (const seq of those) {
      const begun = performance.now();
      await question(seq);
      took.push(performance.now() - begun);
    }
    Object.assign(result, summary(`${name}_`, took));
  };
  const get = async (path: string): Promise<unknown> => JSON.parse(await client.get(`/api/v1${path}`));
  const times = new Map<number, string>();
  for (const seq of moments) {
    const { time } = (await get(`/changes/${seq}`)) as { time: string };
    times.set(seq, time);
  }
  await ask('time', moments, (seq) => get(`/policies?at=${encodeURIComponent(times.get(seq) as string)}&limit=1`));
  await ask('at_page', moments, (seq) => get(`/policies?at=${seq}&limit=500`));
  await ask('at_app', moments, (seq) => get(`/policies?at=${seq}&app=${appOf(seq)}&limit=500`));
  await ask('at_all', few, (seq) => allPages(client, `/policies?at=${seq}`));
  await ask('tags', moments, (seq) => get(`/tags?at=${seq}&limit=${PAGE}`));
  await ask('verdict', moments, (seq) =>
    get(`/reachability?from=${appOf(seq)}&to=${partnerOf(seq)}&protocol=tcp&at=${seq}`),
  );
  await ask('pairs', few, (seq) => allPages(client, `/reachability/pairs?at=${seq}`));
  const window = Math.ceil(changes / 100);
  await ask('diff', few, (seq) => allPages(client, `/reachability/diff?since=${seq - window}&until=${seq}`));
  await ask('diff_all', [changes], (seq) =>
    allPages(client, `/reachability/diff?since=${CHANGES_AT_FIRST}&until=${seq}`),
  );
  return result;
}

async function allPages(client: HttpClient, path: string): Promise<void> {
  for (let after = ''; ;) {
    const page = JSON.parse(await client.get(`/api/v1${path}&limit=${PAGE}${after}`)) as { next: string | null };
    if (page.next === null) return;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}
