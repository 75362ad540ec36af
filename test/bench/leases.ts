import { acquireLeases } from './leases/acquire';
import { converge } from './leases/converge';
import { renewLeases } from './leases/idle';
import { programPeers } from './leases/program-peers';

/**
 * Leases, from the log to the kernels. Arguments: which parts (all without any), and `--agents=<n>` for how many real agents a lease
 * has to reach.
 *
 * - `acquire`: how many a second with 50 cells that ask at a time, until 100 and until 250 of them have their lease
 * - `idle`: what 250 cells that renew cost the processes, and the log
 * - `converge`: from the answer to a lease to the routes in the kernels
 * - `program`: programming so many peers into one kernel
 */
const PARTS = {
  acquire: () => acquireLeases([100, 250]),
  idle: () => renewLeases(250),
  converge: () => converge(numberOf('--agents', 10)),
  program: () => programPeers([250, 1_000, 4_000]),
} as const;

async function main(): Promise<void> {
  const named = process.argv.slice(2).filter((arg): arg is keyof typeof PARTS => arg in PARTS);
  const wanted = named.length > 0 ? named : (Object.keys(PARTS) as (keyof typeof PARTS)[]);
  const result: Record<string, string | number> = { name: 'leases' };
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
