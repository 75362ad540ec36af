/**
 * Runs inside one container of the truth table: answers on ports, and tries others, all at the same time. Node's own modules only,
 * and nothing of Heddle's. Speaks with its parent over IPC: `{ id, ask, … }` is answered with `{ id, answer }`.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

/** A refusal of TCP comes at once; the kernel limits how often it says so for UDP, where silence has to do. Room for a busy machine. */
const PATIENCE_MS = { tcp: 1_000, udp: 1_000 };
const KNOCK_EVERY_MS = 20;
const SPEAK_EVERY_MS = 10;
/** A speaker over UDP never hears that nobody listens. */
const SPEAK_AT_MOST_MS = 60_000;

const now = () => performance.timeOrigin + performance.now();

function listen(ports, pushPort) {
  const echo = ports.map((port) => serveTcp(port, (socket) => socket.pipe(socket)));
  const push = serveTcp(pushPort, (socket) => {
    const speaking = setInterval(() => socket.write('weft'), SPEAK_EVERY_MS);
    socket.on('close', () => clearInterval(speaking)).resume();
  });
  const udp = ports.map(
    (port) =>
      new Promise((resolve) => {
        const socket = createSocket('udp4');
        socket.on('message', (message, from) => socket.send(message, from.port, from.address));
        socket.bind(port, resolve);
      }),
  );
  return Promise.all([...echo, push, ...udp, pushUdp(pushPort)]);
}

/** Speaks on and on to whoever said something once. */
function pushUdp(port) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').on('error', () => {});
    socket.once('message', (_, from) => {
      const speaking = setInterval(() => socket.send('weft', from.port, from.address, () => {}), SPEAK_EVERY_MS);
      setTimeout(() => clearInterval(speaking), SPEAK_AT_MOST_MS);
    });
    socket.bind(port, resolve);
  });
}

function serveTcp(port, serve) {
  return new Promise((resolve) => {
    const server = createServer((socket) => serve(socket.on('error', () => {})));
    server.listen(port, resolve);
  });
}

function attempt(protocol, address, port) {
  return new Promise((resolve) => {
    const socket = protocol === 'tcp' ? connect(port, address) : createSocket('udp4');
    const end = (answered) => {
      clearTimeout(timer);
      if (protocol === 'tcp') socket.destroy();
      else socket.close();
      resolve(answered);
      resolve = () => {};
    };
    const timer = setTimeout(() => end(false), PATIENCE_MS[protocol]);
    socket.once('error', () => end(false));
    if (protocol === 'tcp') socket.once('connect', () => socket.write('pick')).once('data', () => end(true));
    else {
      socket.once('message', () => end(true));
      socket.connect(port, address, (error) => error || socket.send('pick'));
    }
  });
}

let knocking;
/** Connects anew every 20 ms, whether the one before has ended or not. */
function knock(targets) {
  const attempts = targets.map(() => []);
  const timer = setInterval(() => {
    targets.forEach(([address, port], i) => {
      const begunMs = now();
      void attempt('tcp', address, port).then((ok) => attempts[i].push({ begunMs, endedMs: now(), ok }));
    });
  }, KNOCK_EVERY_MS);
  knocking = () => {
    clearInterval(timer);
    return attempts;
  };
}

const held = new Map();
/** Something open that goes on: TCP that is answered, TCP on which only the other side speaks, datagrams that are answered. */
function hold({ kind, address, port }) {
  const line = { heard: 0, isOver: false };
  held.set(kind, line);
  return new Promise((resolve) => {
    const hear = () => {
      line.heard++;
      resolve(true);
    };
    if (kind === 'udp') {
      const socket = createSocket('udp4')
        .on('message', hear)
        .on('error', () => {});
      setInterval(() => socket.send('pick', port, address, () => {}), SPEAK_EVERY_MS);
      return;
    }
    const socket = connect(port, address)
      .on('data', hear)
      .on('error', () => {});
    const speaking = kind === 'tcp' && setInterval(() => socket.write('pick'), SPEAK_EVERY_MS);
    socket.on('close', () => {
      line.isOver = true;
      if (speaking) clearInterval(speaking);
    });
  });
}

const asks = {
  listen: ({ ports, pushPort }) => listen(ports, pushPort),
  probe: ({ targets }) => Promise.all(targets.map((target) => attempt(...target))),
  knock: ({ targets }) => knock(targets),
  knocked: () => knocking(),
  hold,
  held: () => Object.fromEntries(held),
};

process.on('message', async ({ id, ask, ...about }) => {
  const answer = await asks[ask](about);
  process.send({ id, answer: ask === 'listen' ? null : (answer ?? null) });
});
process.on('disconnect', () => process.exit(0));
process.send({ id: 0, answer: null });
