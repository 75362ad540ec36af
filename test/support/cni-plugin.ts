import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname.replace(/\/dist\//, '/'), '../..');
/** What is put into the directory of plugins of a container runtime. */
export const HEDDLE_CNI = join(ROOT, 'bin/heddle-cni');

export type CniCommand = 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS' | 'VERSION';

/** How a plugin ended. */
export interface Ended {
  readonly exitCode: number | null;
  /** What it printed; `null` for nothing. */
  readonly answer: CniOutput | null;
  readonly ms: number;
}

/** The members of results and errors that tests look at. */
export interface CniOutput {
  readonly code?: number;
  readonly msg?: string;
  readonly details?: string;
  readonly supportedVersions?: readonly string[];
  readonly interfaces?: readonly { name: string; mac: string; sandbox?: string }[];
  readonly ips?: readonly { version?: string; interface: number; address: string; gateway: string }[];
}

/** A container as its runtime names it to plugins. */
export interface Attachment {
  readonly containerId: string;
  readonly netns: string;
  readonly ifname?: string;
  /** `CNI_ARGS`. */
  readonly args?: string;
}

/** Runs a plugin as a container runtime does: the environment says what is asked, standard input about which network. */
export async function runPlugin(
  command: CniCommand,
  config: unknown,
  { containerId, netns, ifname = 'eth0', args = '' }: Partial<Attachment> = {},
  program = HEDDLE_CNI,
): Promise<Ended> {
  const begunMs = performance.now();
  const env = {
    PATH: process.env.PATH,
    CNI_COMMAND: command,
    ...(containerId === undefined ? {} : { CNI_CONTAINERID: containerId, CNI_IFNAME: ifname }),
    ...(netns === undefined ? {} : { CNI_NETNS: netns }),
    ...{ CNI_ARGS: args, CNI_PATH: '/usr/lib/cni' },
  };
  const child = spawn(program, [], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(typeof config === 'string' ? config : JSON.stringify(config));
  const exitCode = await new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  );
  const answer = printed === '' ? null : (JSON.parse(printed) as CniOutput);
  return { exitCode, answer, ms: performance.now() - begunMs };
}
