import { describeEachBackend, echoTcp, tryTcp, type Listener } from '@heddle/testing';
import { CniCells, type GroupAnswer } from '../support/cni-cells';
import type { CniRuntime, Extras, RunningContainer } from '../support/cni-runtime';
import { outsideRulesOf } from '../support/outside-rules';
import { until } from '../support/processes';

const LONG_MS = 240_000;
const WEB = '198.19.0.100';
/** More than any cell needs that is there at all. */
const PLENTY_SECONDS = 60;
const WEB_IS_OPEN = [{ protocol: 'tcp', destination: WEB, ports: '80' }];
const BOUND = { rules: WEB_IS_OPEN, runningSpaces: ['space-1'] };

jest.setTimeout(LONG_MS);

describeEachBackend('a change of a security group that is answered once it is in force', ({ name }) => {
  let world: CniCells;
  let one: CniRuntime;
  let two: CniRuntime;
  let here: RunningContainer;
  let there: RunningContainer;
  let spaceless: RunningContainer;
  let web: Listener;

  beforeAll(async () => {
    world = await CniCells.start('hgf');
    const { settings } = outsideRulesOf(name);
    [one, two] = [await world.cell(1, settings), await world.cell(2, settings)];
    web = await echoTcp(world.outsider(WEB), [80]);
    [here, there] = [await run(one, 'here', 'space-1'), await run(two, 'there', 'space-1')];
    spaceless = await run(one, 'spaceless');
  }, LONG_MS);
  afterAll(async () => {
    await web?.close();
    await world?.stop();
  }, LONG_MS);

  const run = (cell: CniRuntime, id: string, space = '') => {
    const metadata = { policy_group_id: id, app_id: id, space_id: space, container_workload: 'app' };
    return cell.run(id, id, { config: { metadata } } as Extras);
  };
  /** What each of them meets, one after the other. */
  const met = async (...containers: RunningContainer[]): Promise<string[]> => {
    const results: string[] = [];
    for (const { namespace } of containers) results.push((await tryTcp(namespace, WEB, 80)).result);
    return results;
  };
  const enforcement = (change: number | null, waitSeconds = 0) =>
    world.get<Enforcement>(`/api/v1/changes/${change}/enforcement?wait=${waitSeconds}`);

  it('has changed already what packets meet, each time, and is told of each cell', async () => {
    const changes: (number | null)[] = [];
    for (let round = 0; round < 4; round++) {
      const opened = await world.groupInForce('g', BOUND, PLENTY_SECONDS);
      expect([opened.status, ...(await met(here, there, spaceless))]).toEqual([
        ...[200, 'answered', 'answered', 'ECONNREFUSED'],
      ]);
      const closed = await world.groupInForce('g', null, PLENTY_SECONDS);
      expect([closed.status, ...(await met(here, there))]).toEqual([200, 'ECONNREFUSED', 'ECONNREFUSED']);
      changes.push(opened.change, closed.change);
    }
    for (const change of changes) {
      const { state, cells } = await enforcement(change);
      expect(state).toBe('in-force');
      expect(cells.map(({ cell, state: of }) => [cell, of])).toEqual([
        ['cell-1', 'enforced'],
        ['cell-2', 'enforced'],
      ]);
      for (const { enforcedAt } of cells) expect(Date.parse(enforcedAt ?? '')).not.toBeNaN();
    }
  });

  it('in all spaces has changed it also where nobody told the space', async () => {
    const everywhere = { rules: WEB_IS_OPEN, runningDefault: true };
    const opened = await world.groupInForce('g', everywhere, PLENTY_SECONDS);
    expect([opened.status, ...(await met(here, there, spaceless))]).toEqual([
      ...[200, 'answered', 'answered', 'answered'],
    ]);
    const closed = await world.groupInForce('g', null, PLENTY_SECONDS);
    expect([closed.status, ...(await met(there, spaceless))]).toEqual([200, 'ECONNREFUSED', 'ECONNREFUSED']);
  });

  it('concerns no cell without containers of its spaces', async () => {
    const { status, change } = await world.groupInForce('g', { ...BOUND, runningSpaces: ['space-2'] }, PLENTY_SECONDS);
    expect([status, await enforcement(change)]).toMatchObject([200, { state: 'in-force', cells: [] }]);
  });

  it('is not in force while a cell is cut off, of which nobody knows, and is once that has caught up', async () => {
    let opened: GroupAnswer;
    two.cell.cutOff();
    try {
      // Until then a document may still reach it.
      await until('the cell is silent', async () => {
        const { cells } = await world.get<{ cells: { cell: string; state: string }[] }>('/api/v1/cells');
        return cells.some(({ cell, state }) => cell === 'cell-2' && state === 'silent');
      });
      opened = await world.groupInForce('g', BOUND, 2);
      const missing = { cell: 'cell-2', state: 'unknown', change: opened.change };
      expect(opened).toEqual({ status: 202, change: opened.change, missing: [missing] });
      expect(await met(here, there)).toEqual(['answered', 'ECONNREFUSED']);
      const { state, cells } = await enforcement(opened.change, 1);
      expect([state, cells.map(({ state: of }) => of)]).toEqual(['pending', ['enforced', 'unknown']]);
      // Who asks again, and changes nothing, is told the same.
      expect(await world.groupInForce('g', BOUND, 1)).toEqual({ status: 202, change: null, missing: [missing] });
    } finally {
      two.cell.mend();
    }
    const inForce = async () => (await enforcement(opened.change, 10)).state === 'in-force';
    await until('it is in force', inForce, 60_000);
    expect(await met(here, there)).toEqual(['answered', 'answered']);
  });
});

interface Enforcement {
  readonly state: string;
  readonly cells: readonly { readonly cell: string; readonly state: string; readonly enforcedAt: string | null }[];
}
