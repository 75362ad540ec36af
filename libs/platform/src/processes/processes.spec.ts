import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endProcess, identifyProcess, isRunning, type ProcessIdentity } from '.';

/** Above the largest process number Linux gives (4 194 304). */
const NO_PROCESS = 2 ** 22 + 1;

describe('processes', () => {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  async function run(script: string): Promise<ProcessIdentity & { child: ChildProcess }> {
    const child = spawn('bash', ['-c', `${script}; echo ready; while :; do sleep 0.05; done`]);
    children.push(child);
    await once(child.stdout, 'data');
    return { ...identifyProcess(child.pid as number)!, child };
  }

  it('are known by number and start, so that a number given again is another process', () => {
    const own = identifyProcess(process.pid)!;
    expect(isRunning(own)).toBe(true);
    expect(isRunning({ ...own, startedAt: `${own.startedAt}0` })).toBe(false);
    expect(own.startedAt).toMatch(/^[0-9a-f-]{36}:\d+$/);
    expect(identifyProcess(NO_PROCESS)).toBeUndefined();
  });

  it('do not run any more once they have ended, even while their parent has not asked how', async () => {
    // The inner one ends at once; its parent has become a sleep, which never asks.
    const parent = spawn('bash', ['-c', 'sleep 0.01 & echo $!; exec sleep 60']);
    children.push(parent);
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(() => process.kill(Number(pid), 0)).not.toThrow();
    expect(identifyProcess(Number(pid))).toBeUndefined();
  });

  it('are ended by asking', async () => {
    const { child, ...identity } = await run('true');
    await expect(endProcess(identity, 5_000)).resolves.toBe(true);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  });

  it('are forced when asking does not help', async () => {
    const { child, ...identity } = await run('trap "" TERM');
    await expect(endProcess(identity, 200)).resolves.toBe(true);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
  });

  it('are not ended when only the number is the same', async () => {
    const { child, ...identity } = await run('true');
    await expect(endProcess({ ...identity, startedAt: '1' }, 100)).resolves.toBe(true);
    expect(isRunning(identity)).toBe(true);
    expect(child.exitCode).toBeNull();
  });
});
