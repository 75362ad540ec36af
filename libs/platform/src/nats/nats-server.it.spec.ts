import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import { FatalError } from '../errors';
import { identifyProcess, isRunning, type ProcessIdentity } from '../processes';
import { sleep } from '../time';
import { connectNats } from './connect-nats';
import { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server';
import { writeServerRecord } from './server-record';

describe('the embedded nats-server', () => {
  let dataDir: string;
  const servers: NatsServer[] = [];
  const connections: NatsConnection[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'heddle-embedded-'));
  });
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    rmSync(dataDir, { recursive: true });
  });

  async function start(options: Partial<NatsServerOptions> = {}): Promise<NatsServer> {
    const server = await startNatsServer({ dataDir, ...options });
    servers.push(server);
    return server;
  }

  const inStore = (name: string) => join(dataDir, 'nats', name);
  const recordedServer = () =>
    (JSON.parse(readFileSync(inStore('server.json'), 'utf8')) as { server: ProcessIdentity }).server;

  async function ends(identity: ProcessIdentity, withinMs = 3_000): Promise<boolean> {
    for (const deadline = performance.now() + withinMs; performance.now() < deadline; await sleep(20))
      if (!isRunning(identity)) return true;
    return false;
  }

  async function connect({ url, users }: NatsServer): Promise<NatsConnection> {
    const connection = await connectNats({ servers: url, ...users.control, name: 'test' });
    connections.push(connection);
    return connection;
  }

  /** Keeps one message in a stream of the server. */
  async function keepMessage(server: NatsServer): Promise<void> {
    const connection = await connect(server);
    await (await connection.jetstreamManager()).streams.add({ name: 'KEPT', subjects: ['kept'] });
    await connection.jetstream().publish('kept', 'x');
  }

  async function keptMessages(connection: NatsConnection): Promise<number> {
    return (await (await connection.jetstreamManager()).streams.info('KEPT')).state.messages;
  }

  it('listens on loopback alone, below the ports of outgoing connections', async () => {
    const { url, port, version } = await start();
    expect(url).toBe(`nats://127.0.0.1:${port}`);
    expect(port).toBeLessThan(32_768);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('keeps its passwords and its configuration for their owner alone, and knows nobody else', async () => {
    const { url, users } = await start();
    for (const name of ['nats.conf', 'credentials.json', 'server.json', 'owner.json'])
      expect(statSync(inStore(name)).mode & 0o777).toBe(0o600);
    expect(users.control.pass).toHaveLength(43);
    expect(users.cell.pass).not.toBe(users.control.pass);
    await expect(connectNats({ servers: url, name: 'nobody' })).rejects.toBeInstanceOf(FatalError);
  });

  it('syncs each message exactly where the server can', async () => {
    const { version, syncsAlways } = await start();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(syncsAlways).toBe(major > 2 || minor >= 10);
    expect(readFileSync(inStore('nats.conf'), 'utf8').includes('sync_interval: always')).toBe(syncsAlways);
  });

  it('has the same port, passwords and messages after an orderly restart', async () => {
    const first = await start();
    await keepMessage(first);
    await first.stop();
    const second = await start();
    expect([second.url, second.users]).toEqual([first.url, first.users]);
    await expect(keptMessages(await connect(second))).resolves.toBe(1);
  });

  it('is started again on the same port with its store when it is killed, and connections come back', async () => {
    const server = await start();
    await keepMessage(server);
    const connection = await connect(server);
    const statuses = connection.status();
    const killed = server.pid();
    const restarted = new Promise<number>((resolve) => server.onRestarted(resolve));

    process.kill(killed, 'SIGKILL');

    expect(await restarted).toBe(server.pid());
    expect(server.pid()).not.toBe(killed);
    expect(recordedServer().pid).toBe(server.pid());
    for await (const { type } of statuses) if (type === 'reconnect') break;
    await expect(keptMessages(connection)).resolves.toBe(1);
  });

  it('is started again more than once, and tells only those who still listen', async () => {
    const server = await start();
    const told: string[] = [];
    const stopListening = server.onRestarted(() => told.push('first'));
    for (const round of [1, 2]) {
      const restarted = new Promise<number>((resolve) => server.onRestarted(resolve));
      process.kill(server.pid(), 'SIGKILL');
      await restarted;
      if (round === 1) stopListening();
    }
    expect(told).toEqual(['first']);
  });

  it('can be stopped while it is being started again, and stays down', async () => {
    const server = await start();
    process.kill(server.pid(), 'SIGKILL');
    await sleep(60);
    await server.stop();
    const last = recordedServer();
    await sleep(300);
    expect(recordedServer()).toEqual(last);
    expect(isRunning(last)).toBe(false);
  });

  it('stops when its signal is aborted, and gives the store free', async () => {
    const off = new AbortController();
    const server = await start({ signal: off.signal });
    const running = identifyProcess(server.pid()) as ProcessIdentity;
    off.abort();
    expect(await ends(running)).toBe(true);
    await server.stop();
    await start();
  });

  it('does not start when its signal is aborted already', async () =>
    expect(startNatsServer({ dataDir, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough'));

  describe('is alone on its store:', () => {
    it('a second one in the same program is refused', async () => {
      await start();
      await expect(start()).rejects.toBeInstanceOf(FatalError);
      await expect(start()).rejects.toThrow(
        `the nats-server store ${dataDir}/nats is in use by process ${process.pid}: stop that one, or set HEDDLE_DATA_DIR to another directory`,
      );
    });

    it('of many that start at the same moment one wins', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => start()));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('one in another program that runs is refused, and not disturbed', async () => {
      await (await start()).stop();
      const other = spawn('sleep', ['60']);
      children.push(other);
      await once(other, 'spawn');
      writeFileSync(inStore('owner.json'), JSON.stringify(identifyProcess(other.pid as number)));
      await expect(start()).rejects.toThrow(`is in use by process ${other.pid}`);
      expect(other.exitCode).toBeNull();
    });

    it.each([
      ['of a process that has ended', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'boot:1' })],
      ['of a process whose number another has now', JSON.stringify({ pid: process.pid, startedAt: 'boot:1' })],
      ['that cannot be read', '{"pid":'],
    ])('a claim %s is taken over', async (_, content) => {
      await (await start()).stop();
      writeFileSync(inStore('owner.json'), content);
      await start();
    });

    it('a server left over from a program that was killed is ended first, and its messages are kept', async () => {
      const first = await start();
      await keepMessage(first);
      await first.stop();
      const orphan = spawn('/usr/sbin/nats-server', ['-c', inStore('nats.conf')], { stdio: 'ignore' });
      children.push(orphan);
      await once(orphan, 'spawn');
      await writeServerRecord(join(dataDir, 'nats'), {
        port: first.port,
        server: identifyProcess(orphan.pid as number) as ProcessIdentity,
      });
      await connect(first);

      const second = await start();

      expect(orphan.exitCode ?? orphan.signalCode).not.toBeNull();
      expect(second.port).toBe(first.port);
      await expect(keptMessages(await connect(second))).resolves.toBe(1);
    });
  });

  it('ends when the program that started it is killed', async () => {
    const preload = join(__dirname, '../../../../scripts/lib/load-typescript.js');
    const script = `require('@heddle/platform').startNatsServer({ dataDir: ${JSON.stringify(dataDir)} }).then((server) => console.log(server.pid()))`;
    const program = spawn(process.execPath, ['--require', preload, '--eval', script]);
    children.push(program);
    const [pid] = (await once(program.stdout, 'data')) as [Buffer];
    const server = identifyProcess(Number(pid)) as ProcessIdentity;
    expect(server).toEqual(recordedServer());

    program.kill('SIGKILL');

    expect(await ends(server)).toBe(true);
    await start();
  });

  describe('says what is missing and what to do', () => {
    it('when nats-server is not installed', async () => {
      const starting = start({ command: 'no-such-nats-server' });
      await expect(starting).rejects.toBeInstanceOf(FatalError);
      await expect(starting).rejects.toThrow(
        'no-such-nats-server is not installed: install it (Debian: apt-get install nats-server), or set NATS_URL to one that runs elsewhere',
      );
    });

    it('when it is too old', async () => {
      const command = join(dataDir, 'old');
      writeFileSync(command, '#!/bin/sh\necho nats-server: v2.9.9\n', { mode: 0o700 });
      await expect(start({ command })).rejects.toThrow(
        /'nats-server: v2.9.9', but Heddle needs nats-server 2.9.10 or newer/,
      );
    });

    it('when it ends at start, with its last words, and the store is free again', async () => {
      const command = join(dataDir, 'broken');
      const script =
        '#!/bin/sh\ncase "$*" in *--version) echo nats-server: v2.9.10;; *) echo disk on fire >&2; exit 3;; esac\n';
      writeFileSync(command, script, { mode: 0o700 });
      const starting = start({ command });
      await expect(starting).rejects.toBeInstanceOf(FatalError);
      await expect(starting).rejects.toThrow('nats-server ended at start (exit code 3): disk on fire');
      await start();
    });

    it('when the data directory cannot be written', async () => {
      writeFileSync(join(dataDir, 'file'), '');
      await expect(start({ dataDir: join(dataDir, 'file/below') })).rejects.toThrow(
        /^the data directory .*\/file\/below cannot be written \(ENOTDIR\): make it writable/,
      );
    });

    it('when a file of the store is damaged, which it does not overwrite', async () => {
      await (await start()).stop();
      writeFileSync(inStore('credentials.json'), '{}');
      await expect(start()).rejects.toThrow(/credentials.json does not hold what Heddle wrote there/);
      expect(readFileSync(inStore('credentials.json'), 'utf8')).toBe('{}');
    });
  });
});
