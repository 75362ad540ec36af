import { execFileSync } from 'node:child_process';
import { AgentClient, readLab } from '@heddle/lab';
import { describeAsRoot, until } from '@heddle/testing';
import { visitUntil } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { wirePolicy } from '../support/policies';

const door = wirePolicy('visitor', 'homeowner', 8080);

describeAsRoot('rules of a cell that somebody else changes', () => {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = await Lab.start();
    home = await lab.addressOf('homeowner');
    await lab.allow(door);
  }, 120_000);
  afterAll(() => lab?.stop(), 60_000);

  const reported = async () =>
    (await lab.heddle.get<{ drift: Record<string, unknown>[] }>('/api/v1/drift?cell=cell-2&limit=5')).drift;

  it('are mended, counted and reported', async () => {
    expect(await reported()).toEqual([]);
    execFileSync('ip', ['netns', 'exec', 'heddle-cell-2', 'nft', 'flush set ip heddle allow']);
    await until(async () => (await reported()).length === 1, { withinMs: 30_000 });
    expect(await reported()).toEqual([
      {
        ...{ cell: 'cell-2', elementsMissing: 1, elementsForeign: 0, rulesChanged: false },
        foundAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    ]);
    expect(await visitUntil('heddle-visitor-0', home, 8080, /^Welcome/)).toMatch(/^Welcome/);
    const cell = (await readLab())?.cells.find((each) => each.cell === 'cell-2');
    const metrics = await new AgentClient(cell?.socket ?? '').metrics();
    expect(metrics).toMatch(/^heddle_agent_drift_total\S* 1$/m);
    expect(metrics).toMatch(/^heddle_agent_commit_to_kernel_seconds_count\S* 1$/m);
    expect(lab.cli('drift')).toMatch(/cell-2 +removed 1/);
  }, 90_000);
});
