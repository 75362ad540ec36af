import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { epochMsOf, nowMs } from '@heddle/platform';
import { RunningHeddle } from '@heddle/testing';
import { summary } from './summary';

/**
 * From the HTTP answer to a policy change to its enforcement: by the kernel of every cell concerned (as their agents saw it), and
 * as the visitor meets it (first connection made, or first one refused). On the lab, visitor and homeowner on different cells.
 */
const CHANGES = 400;
const WARM_UP = 40;
const PORT = 8080;
const WAIT_SECONDS = 10;

interface Change {
  readonly seq: number;
  readonly enforcement: { readonly state: string; readonly cells: readonly { readonly enforcedAt: string | null }[] };
}

async function main(): Promise<void> {
  const heddle = await RunningHeddle.start({ HEDDLE_LAB: 'on' });
  try {
    const { cells } = await heddle.get<{ cells: { containers: { app: string; address: string }[] }[] }>(
      '/api/v1/cells',
    );
    const address = cells.flatMap(({ containers }) => containers).find(({ app }) => app === 'homeowner')?.address;
    if (address === undefined) throw new Error('the lab has no homeowner');
    const knocker = await startKnocker(address);
    const kernel: number[] = [];
    const connection: number[] = [];
    const refusal: number[] = [];
    for (let i = -WARM_UP; i < CHANGES; i++) {
      const adds = i % 2 === 0;
      const seen = hear(knocker, adds);
      const answered = await change(heddle, adds);
      const met = (await seen) - answered;
      const enforced = (await enforcedAt(heddle)) - answered;
      if (i < 0) continue;
      // What is enforced before the answer arrives costs its caller nothing.
      kernel.push(Math.max(0, enforced));
      (adds ? connection : refusal).push(Math.max(0, met));
    }
    knocker.kill();
    print({
      name: 'propagation',
      n: CHANGES,
      ...summary('', kernel),
      ...summary('connect_', connection),
      ...summary('refuse_', refusal),
    });
  } finally {
    await heddle.stop();
  }
}

async function startKnocker(address: string): Promise<ChildProcess> {
  const args = [
    '--net=/run/netns/heddle-visitor-0',
    '--',
    process.execPath,
    join(__dirname, 'knocker.js'),
    address,
    String(PORT),
  ];
  const knocker = spawn('nsenter', args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(knocker, 'message');
  return knocker;
}

async function hear(knocker: ChildProcess, wanted: boolean): Promise<number> {
  const heard = once(knocker, 'message', { signal: AbortSignal.timeout(WAIT_SECONDS * 1000) }) as Promise<[number]>;
  knocker.send(wanted);
  return (await heard)[0];
}

async function change(heddle: RunningHeddle, adds: boolean): Promise<number> {
  const policies = [
    { source: { id: 'visitor' }, destination: { id: 'homeowner', protocol: 'tcp', ports: { start: PORT, end: PORT } } },
  ];
  const { status, body } = await heddle.request('POST', `/networking/v1/external/policies${adds ? '' : '/delete'}`, {
    policies,
  });
  const answered = nowMs();
  if (status !== 200) throw new Error(`the change was answered with ${status}: ${body}`);
  return answered;
}

async function enforcedAt(heddle: RunningHeddle): Promise<number> {
  const { changes } = await heddle.get<{ changes: { seq: number }[] }>('/api/v1/changes?limit=1');
  const { enforcement } = await heddle.get<Change>(`/api/v1/changes/${changes[0]?.seq}?wait=${WAIT_SECONDS}`);
  if (enforcement.state !== 'in-force' || enforcement.cells.length !== 2)
    throw new Error('a change is not in force on both cells');
  return Math.max(...enforcement.cells.map((cell) => epochMsOf(cell.enforcedAt as string)));
}

function print(result: Record<string, unknown>): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(20)} ${String(value)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
