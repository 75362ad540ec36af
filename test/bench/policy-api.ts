import { cpus, loadavg } from 'node:os';
import { measureCreates, measureLists } from './policy-api/creates-and-lists';
import { measureInternalList, measurePolling } from './policy-api/legacy-cells';
import { withControlPlane } from './policy-api/measured-control-plane';

/**
 * The policy API, against a control plane in a process of its own, with acknowledgements as durable as the server gives them:
 *
 * - `creates`: one by one and with 16 clients, at several numbers of stored policies
 * - `lists`: of one app and of everything, at several numbers of stored policies
 * - `internal`: what a cell with 100 apps gets of 60 000 policies, over mutual TLS
 * - `polling`: what 1 000 cells that poll cost the control plane, with no change and with one a second
 *
 * Without arguments all of them. Others use the machine too: its load is told, and time on the CPU next to time by the clock.
 */
const PARTS = {
  creates: measureCreates,
  lists: measureLists,
  internal: measureInternalList,
  polling: measurePolling,
} as const;

async function main(): Promise<void> {
  const named = process.argv.slice(2).filter((argument) => argument !== '--json');
  const unknown = named.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined)
    throw new Error(`no part is called '${unknown}'; there are ${Object.keys(PARTS).join(', ')}`);
  const result: Record<string, unknown> = { name: 'policy-api', cpus: cpus().length, load_before: load() };
  for (const [name, measure] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    Object.assign(result, await withControlPlane(measure), { [`load_after_${name}`]: load() });
  }
  print(result);
}

/** How many processes were running or wanted to, on average of the last minute; this bench itself is among them. */
function load(): number {
  return Math.round((loadavg()[0] ?? NaN) * 100) / 100;
}

function print(result: Record<string, unknown>): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(36)} ${String(value)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
