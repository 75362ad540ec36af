import { desiredState, type AppDocument } from '@heddle/calc';
import { StateWatch } from '@heddle/cell-protocol';
import { connectNats, nowMs } from '@heddle/platform';
import { appName, type AgentsOrder, type Enforced } from './simulated-agents';

/** Far beyond the bench: what is read again each half minute is not what is measured. */
const NEVER = { leastMs: 3_600_000, mostMs: 3_600_000 };
const TIMES = { withoutBeats: NEVER, afterGap: NEVER, withBeats: NEVER };
/** So many agents come up at once. */
const AT_ONCE = 4;
/** How often one asks for a document that a server under load has not given in time. */
const TRIES = 10;

/** A process of agents, until its parent lets go. */
let enforced: Enforced[] = [];

async function start({ from, to, ...order }: AgentsOrder): Promise<void> {
  let next = from;
  const startSome = async (): Promise<void> => {
    while (next < to) await startAgent(next++, order);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, startSome));
  enforced = [];
}

async function startAgent(n: number, order: Omit<AgentsOrder, 'from' | 'to'>): Promise<void> {
  const { url, user, pass, appsPerAgent, apps } = order;
  const connection = await connectNats({ servers: url, user, pass, name: `agent ${n}`, inboxPrefix: '_INBOX_CELL' });
  const watch = new StateWatch(connection, { ...deaf, appChanged: (document) => enforce(document) }, TIMES);
  const mine = Array.from({ length: appsPerAgent }, (_, i) => appName((n * appsPerAgent + i) % apps));
  await Promise.all(mine.map((app) => watchPatiently(watch, app)));
}

async function watchPatiently(watch: StateWatch, app: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await watch.watchApp(app);
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
}

const deaf = {
  leaseChanged: () => undefined,
  spaceChanged: () => undefined,
  verified: () => undefined,
  malformed: (subject: string, error: Error) => console.error(subject, error),
  cutOff: () => console.error('an agent was cut off'),
  caughtUp: () => undefined,
};

/** What an agent does with a document, as far as it is not the kernel's work. */
function enforce(document: AppDocument): void {
  const { app, rev } = document;
  const containers = [{ handle: app, app, address: '10.255.1.2', hostInterface: 's-010255001002' }];
  desiredState({ containers, apps: new Map([[app, document]]), peers: [] });
  enforced.push([rev, nowMs()]);
}

process.on('message', (order: AgentsOrder | 'enforced') => {
  if (order !== 'enforced') return void start(order).then(() => process.send?.('started'));
  process.send?.(enforced);
  enforced = [];
});
process.on('disconnect', () => process.exit(0));
