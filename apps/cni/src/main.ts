#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * `heddle-cni`: passes what a container runtime asks for on to the agent of the cell, and prints what that answers.
 *
 * It is one file without packages, because a runtime starts it for every container that comes or goes. So the agent looks at what
 * was asked, and here is only what has to do without it.
 */

const SUPPORTED_VERSIONS = ['0.3.1', '0.4.0', '1.0.0', '1.1.0'];
const USUAL_VERSION = '1.0.0';
const DEFAULT_SOCKET = '/run/heddle/agent.sock';
/** Longer than anything the agent waits for; a runtime gives up by its own patience. */
const PATIENCE_MS = 240_000;

/** From the CNI specification, "Error"; from 100 on they are Heddle's own. */
const Code = {
  version: 1,
  environment: 4,
  io: 5,
  decode: 6,
  config: 7,
  tryAgainLater: 11,
  unavailable: 50,
  failed: 100,
} as const;

/** What is known of the network before anybody has looked at it. */
interface NetworkConfig {
  readonly cniVersion?: unknown;
  /** Where the agent listens, if not where it does by default. */
  readonly agentSocket?: unknown;
}

/** Why nothing was done: what is printed for the runtime. */
class CniFailure extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

async function run(config: NetworkConfig, env: NodeJS.ProcessEnv): Promise<string> {
  const { CNI_COMMAND: command } = env;
  const { cniVersion } = config;
  if (command === 'VERSION')
    return JSON.stringify({ cniVersion: cniVersion ?? USUAL_VERSION, supportedVersions: SUPPORTED_VERSIONS });
  if (!command)
    throw new CniFailure(Code.environment, 'CNI_COMMAND is not set: heddle-cni is started by container runtimes');
  if (!SUPPORTED_VERSIONS.includes(String(cniVersion)))
    throw new CniFailure(Code.version, `cniVersion ${String(cniVersion)}: use one of ${SUPPORTED_VERSIONS.join(', ')}`);
  const socket = config.agentSocket ?? DEFAULT_SOCKET;
  if (typeof socket !== 'string' || !socket.startsWith('/'))
    throw new CniFailure(Code.config, 'agentSocket: must be the absolute path of a socket');
  const asked = {
    ...{ command, containerId: env.CNI_CONTAINERID, netns: env.CNI_NETNS, ifname: env.CNI_IFNAME },
    ...{ args: env.CNI_ARGS, config },
  };
  try {
    return await ask(socket, JSON.stringify(asked));
  } catch (error) {
    if (error instanceof CniFailure) throw error;
    // The link of a container goes with its namespace, and the agent lets go of both when it starts.
    if (command === 'DEL' && !existsSync(env.CNI_NETNS || '/nowhere')) return '';
    const code = command === 'STATUS' ? Code.unavailable : Code.tryAgainLater;
    throw new CniFailure(code, `no agent answers at ${socket} (${(error as Error).message}): is it running?`);
  }
}

/** @returns the answer to what was done. @throws {RefusedByAgent} with the answer otherwise */
function ask(socket: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    // HTTP/1.0 ends with the connection, so there is nothing to parse, and no `node:http` to load.
    const head = `POST /v1/cni HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const line = connect(socket, () => line.write(head + body));
    line.setTimeout(PATIENCE_MS, () => line.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    line.on('data', (chunk: Buffer) => chunks.push(chunk));
    line.on('error', reject);
    line.on('close', () => {
      const answer = Buffer.concat(chunks).toString('utf8');
      const end = answer.indexOf('\r\n\r\n');
      if (end === -1) return reject(new Error('the connection ended before the answer'));
      const text = answer.slice(end + 4);
      const status = /^HTTP\/1\.. (\d+) /.exec(answer)?.[1];
      if (status === '200') resolve(text);
      else reject(status === '400' ? new RefusedByAgent(text) : new CniFailure(Code.failed, text));
    });
  });
}

/** The agent has answered with an error of the specification. */
class RefusedByAgent extends CniFailure {
  constructor(readonly answer: string) {
    super(0, 'refused');
  }
}

function readConfig(): NetworkConfig {
  let text: string;
  try {
    text = readFileSync(0, 'utf8');
  } catch (error) {
    throw new CniFailure(Code.io, `standard input cannot be read: ${(error as Error).message}`);
  }
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config;
  } catch (error) {
    throw new CniFailure(Code.decode, `standard input is no JSON: ${(error as Error).message}`);
  }
  throw new CniFailure(Code.decode, 'standard input is no network configuration');
}

async function main(): Promise<void> {
  let config: NetworkConfig = {};
  try {
    config = readConfig();
    process.stdout.write(await run(config, process.env));
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(error instanceof RefusedByAgent ? error.answer : problemOf(error, config));
  }
}

function problemOf(error: unknown, { cniVersion = USUAL_VERSION }: NetworkConfig): string {
  const { message } = error as Error;
  if (error instanceof CniFailure) return JSON.stringify({ cniVersion, code: error.code, msg: message });
  return JSON.stringify({ cniVersion, code: 999, msg: 'this is a bug of heddle-cni', details: (error as Error).stack });
}

void main();
