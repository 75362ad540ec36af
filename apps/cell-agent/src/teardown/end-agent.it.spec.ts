import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAgent } from './end-agent';

let directory: string;
let socket: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-end-agent-'));
  socket = join(directory, 'agent.sock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const listen = (server: Server): Promise<void> => new Promise((resolve) => server.listen(socket, resolve));

it('has nothing to do where no agent is', () => endAgent(socket));

it('asks the agent to end, and waits until it has', async () => {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(202).end('{}');
    if (asked.length === 3) server.close();
  });
  await listen(server);
  await endAgent(socket);
  expect(asked).toEqual(['POST /v1/stop', 'GET /v1/status', 'GET /v1/status']);
});

it('takes an agent that breaks the connection in the middle of its answer for one that ends', async () => {
  // What was not read when the socket is closed makes the kernel reset the connection.
  const server = createServer({ pauseOnConnect: true }, (connection) => {
    server.close();
    connection.write('HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{');
    setTimeout(() => connection.destroy(), 30);
  });
  await listen(server);
  await endAgent(socket);
});
