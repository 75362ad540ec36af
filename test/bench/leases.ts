import { converge } from './leases/converge';
import { programPeers } from './leases/program-peers';

/**
 * Leases, from the log to the kernels. Arguments: which parts (`converge`, `program`; all without any), `--agents=<n>` for how
 * many real agents a lease has to reach.
 */
const PARTS = {
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
