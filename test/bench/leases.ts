import { availableParallelism, loadavg } from 'node:os';
import { acquireLeases } from './leases/acquire';
import { converge } from './leases/converge';
import { renewLeases } from './leases/idle';
import { programPeers } from './leases/program-peers';

/**
 * Leases, from the log to the kernels. Arguments: which parts (all without any), and `--agents=<n>` for how many real agents a lease
 * has to reach.
 *
 * - `acquire`: how many a second with 50 cells that ask at a time, until 250 and until 4 000 of them have their lease, after as many others
 *   as the output says have had one and given it back
 * - `idle`: what 4 000 cells that renew cost the processes, and the log; `--cells=<n>` takes another number
 * - `converge`: from the answer to a lease to the routes in the kernels
 * - `program`: programming so many peers into one kernel
 *
 * The cells of the first two are simulated: they ask as agents do, and give no receipts. All processes share the machine, whose cores and
 * load are part of the output.
 */
const PARTS = {
  acquire: () => acquireLeases([250, 4_000]),
  idle: () => renewLeases(numberOf('--cells', 4_000)),
  converge: () => converge(numberOf('--agents', 10)),
  program: () => programPeers([250, 1_000, 4_000]),
} as const;

async function main(): Promise<void> {
  const named = process.argv.slice(2).filter((arg): arg is keyof typeof PARTS => arg in PARTS);
  const wanted = named.length > 0 ? named : (Object.keys(PARTS) as (keyof typeof PARTS)[]);
  const load = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const result: Record<string, string | number> = { name: 'leases', cores: availableParallelism(), load_before: load };
  for (const part of wanted) Object.assign(result, await PARTS[part]());
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(28)} ${String(value)}`);
}

function numberOf(option: string, otherwise: number): number {
  const given = process.argv.find((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);
  return given === undefined ? otherwise : Number(given);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
