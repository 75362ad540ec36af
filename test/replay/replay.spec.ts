import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  auditDecider,
  groupDecider,
  leaseDecider,
  parseBlock,
  policiesIn,
  policyDecider,
  type Decider,
} from '@heddle/domain';
import {
  decodeEvent,
  EMPTY_CHAIN,
  follow,
  fromFact,
  type ChainState,
  type LoggedEvent,
  type Topic,
} from '@heddle/event-log';
import { openReadModel } from '@heddle/read-model';

/** What was added to events of a version later is in a log of its own, since none is ever altered. */
const LOGS = ['v1', 'v1-ends-and-causes', 'v1-guardrails'];
const OVERLAY = { networks: [parseBlock('10.255.0.0/16')], blockPrefixLength: 24 };

async function logOf(name: string): Promise<LoggedEvent[]> {
  const text = await readFile(join(__dirname, `${name}.jsonl`), 'utf8');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => decodeEvent(new TextEncoder().encode(line), i + 1));
}

function folded<State, Event extends { type: string }>(
  topic: Topic,
  { initialState, evolve }: Decider<State, never, Event>,
  log: readonly LoggedEvent[],
): State {
  return log
    .filter((event) => event.topic === topic)
    .reduce((state, event) => evolve(state, fromFact<Event>(event)), initialState);
}

it('no log is left out', async () =>
  expect((await readdir(__dirname)).filter((file) => file.endsWith('.jsonl')).sort()).toEqual(
    LOGS.map((name) => `${name}.jsonl`).sort(),
  ));

describe.each(LOGS)('the log %s', (name) => {
  let log: LoggedEvent[];
  let expected: Record<string, unknown>;
  beforeAll(async () => {
    log = await logOf(name);
    expected = JSON.parse(await readFile(join(__dirname, `${name}.expected.json`), 'utf8')) as typeof expected;
  });

  it('is one chain, in the bytes it was written in', () => {
    let chain: ChainState = EMPTY_CHAIN;
    for (const event of log) {
      const [next, fault] = follow(chain, event);
      expect(fault).toBeUndefined();
      chain = next;
    }
    expect(chain.digest).toBe(expected.digest);
  });

  it('comes to what it came to', () => {
    const policies = folded('policy', policyDecider(), log);
    const leases = folded('lease', leaseDecider(OVERLAY), log);
    const groups = folded('group', groupDecider, log);
    expect({
      policies: [...policiesIn(policies)],
      ends: [...policies.boxes.values()],
      guardrails: [...policies.guardrails.values()].map(({ statement }) => statement),
      leases: [...leases.byCell.values()],
      lost: [...leases.lost.values()],
      groups: [...groups.groups.values()],
      acknowledged: [...folded('audit', auditDecider, log)],
      // Older ones know of neither ends nor guardrails.
    }).toEqual({ ends: [], guardrails: [], ...(expected.folds as object) });
  });

  it('fills the tables', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'heddle-replay-'));
    const model = await openReadModel({ sqliteFile: join(directory, 'replay.sqlite') });
    try {
      await model.projector().apply(log);
      const ends = await model.policiesAt(log.length, { isExpiring: true }, { limit: 100 });
      expect({
        policies: await model.listPolicies(),
        tags: await model.listTags(),
        leases: await model.listLeases(),
        groups: await model.listGroups(),
        ...(ends.length > 0 && { ends }),
      }).toEqual(expected.tables);
      expect((await model.listChanges({ limit: 100 })).reverse()).toEqual(log);
    } finally {
      await model.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
