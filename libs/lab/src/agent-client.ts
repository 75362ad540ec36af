import { request } from 'node:http';
import type { PublishedPort } from '@heddle/calc';
import { messageOf, UserError } from '@heddle/platform/errors';
import { z } from 'zod';

const TIMEOUT_MS = 15_000;

const container = z.object({
  handle: z.string(),
  app: z.string().nullable(),
  index: z.number(),
  netns: z.string(),
  address: z.string(),
});
const problem = z.object({ code: z.string(), message: z.string() });

/** A container as the agent of its cell has it. */
export type AgentContainer = z.infer<typeof container>;

const check = z.object({
  peers: z.number(),
  probed: z.array(z.string()),
  findings: z.array(z.object({ code: z.string(), peer: z.string().nullable(), message: z.string() })),
});
const status = z.looseObject({ cell: z.string() });

/** What an agent found wrong with the overlay of its cell. */
export type CellCheck = z.infer<typeof check>;

/** What a container runtime tells an agent. */
export interface ContainerToAdd {
  readonly handle: string;
  readonly app: string;
  readonly index: number;
  readonly space?: string;
  readonly org?: string;
  /** What runs in it; without it, no security group is about it. */
  readonly workload?: 'app' | 'task' | 'staging';
  /** Path of the network namespace. */
  readonly netns: string;
  /** Ports of the cell that lead to it. */
  readonly published?: readonly PublishedPort[];
}

/** The local API of an agent, from the side of a container runtime. */
export class AgentClient {
  constructor(private readonly socket: string) {}

  /** Puts a container on the overlay; its rules are in force when this resolves. @throws {UserError} when the agent refuses. */
  async add(added: ContainerToAdd): Promise<AgentContainer> {
    return container.parse(await this.ask('POST', '/v1/containers', added));
  }

  /** Takes a container off the overlay; one that is gone is fine. */
  async remove(handle: string): Promise<void> {
    await this.ask('DELETE', `/v1/containers/${encodeURIComponent(handle)}`);
  }

  /** The name of the cell, and what else its agent says of itself. */
  async status(): Promise<z.infer<typeof status>> {
    return status.parse(await this.ask('GET', '/v1/status'));
  }

  /** The figures of the agent, in the text format of Prometheus. */
  async metrics(): Promise<string> {
    return (await this.send('GET', '/v1/metrics', '')).text;
  }

  /** Lets the agent try the overlay of its cell; takes some seconds where something is wrong. */
  async check(): Promise<CellCheck> {
    return check.parse(await this.ask('POST', '/v1/check'));
  }

  /** Lets the agent end; it is still there when this resolves. */
  async stop(): Promise<void> {
    await this.ask('POST', '/v1/stop');
  }

  async list(): Promise<AgentContainer[]> {
    return z.object({ containers: z.array(container) }).parse(await this.ask('GET', '/v1/containers')).containers;
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.send(method, path, body === undefined ? '' : JSON.stringify(body));
    const answer: unknown = JSON.parse(text);
    if (status < 300) return answer;
    const { code, message } = problem.parse(answer);
    throw new UserError(code, message);
  }

  private send(method: string, path: string, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void =>
        reject(
          new UserError(
            'agent-unreachable',
            `no agent answers at ${this.socket} (${messageOf(error)}): is it running?`,
          ),
        );
      // A connection of its own: one that is kept may lead to an agent that was restarted since.
      const options = { socketPath: this.socket, method, path, agent: false, timeout: TIMEOUT_MS } as const;
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', fail);
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      sent.on('error', fail);
      sent.end(body);
    });
  }
}
