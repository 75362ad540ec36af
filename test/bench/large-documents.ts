import { setTimeout as delay } from 'node:timers/promises';
import { AgentClient, readLab } from '@heddle/lab';
import { RunningHeddle } from '@heddle/testing';
import { DELETE, POLICIES, wirePolicy } from '../support/policies';
import { print, rounded } from './summary';

/**
 * One app that nearly as many apps may reach as there are tags, on a cell of the lab: how long the batch takes until the kernel of the
 * cell has it, and the longest that its agent stood still meanwhile, as somebody sees it who asks for its status again and again.
 * That includes what this machine lets them both wait for; `idle_stall_ms` is the same while nothing changes.
 */
const TAGS = 60_000;
const PORT = 8080;
const IDLE_MS = 5_000;
const ASK_EVERY_MS = 2;
const MOST_MS = 300_000;

async function main(): Promise<void> {
  const heddle = await RunningHeddle.start({ HEDDLE_LAB: 'on' });
  try {
    const cell = (await readLab())?.cells.at(-1);
    if (!cell) throw new Error('there is no lab');
    const agent = new AgentClient(cell.socket);
    const app = (await agent.list())[0]?.app;
    if (app === undefined || app === null) throw new Error(`${cell.cell} has no container of an app`);
    const policies = Array.from({ length: TAGS }, (_, i) => wirePolicy(`source-${i}`, app, PORT));
    const result: Record<string, unknown> = { name: 'large-documents', tags: TAGS };
    const idleEndsMs = performance.now() + IDLE_MS;
    result.idle_stall_ms = rounded(await longestStallMs(agent, () => performance.now() > idleEndsMs));
    for (const [label, path] of Object.entries({ added: POLICIES, removed: DELETE })) {
      const begunMs = performance.now();
      let wanted = Infinity;
      const posting = heddle.request('POST', path, { policies }).then(async ({ status, body }) => {
        if (status !== 200) throw new Error(`the policies were answered with ${status}: ${body}`);
        wanted = (await heddle.get<{ position: number }>('/healthz')).position;
      });
      const [stallMs] = await Promise.all([longestStallMs(agent, (enforcedUpTo) => enforcedUpTo >= wanted), posting]);
      result[`${label}_ms`] = rounded(performance.now() - begunMs);
      result[`${label}_stall_ms`] = rounded(stallMs);
    }
    print(result);
  } finally {
    await heddle.stop();
  }
}

/** Asks an agent for its status until that is what is wanted. @returns the longest that it took to answer */
async function longestStallMs(agent: AgentClient, isDone: (enforcedUpTo: number) => boolean): Promise<number> {
  const deadlineMs = performance.now() + MOST_MS;
  for (let longest = 0; performance.now() < deadlineMs;) {
    const askedMs = performance.now();
    const { enforcedUpTo } = await agent.status();
    longest = Math.max(longest, performance.now() - askedMs);
    if (isDone(Number(enforcedUpTo))) return longest;
    await delay(ASK_EVERY_MS);
  }
  throw new Error(`the agent does not enforce the batch within ${MOST_MS} ms`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
