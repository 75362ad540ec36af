import { Argument, Command, Option } from 'commander';
import type { WhichLease } from '../api/api-client';
import type { HeldLease } from '../api/schemas';
import { parseReason } from '../arguments/reason';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { visible } from '../output/visible';
import { openSession } from '../session/session';
import { whichLease } from './which-lease';

interface EndLeaseOptions extends SharedOptions {
  readonly reason?: string;
}

const TEXTS = {
  release: {
    description:
      'end the lease of a cell that is gone for good, or the quarantine of its subnet, which is free at once',
    outcome: (lease: HeldLease) => `${lease.overlaySubnet} is free: ${holderOf(lease)} has let go of it`,
    examples: `
A cell that still runs must be fenced instead: two cells would use one subnet.

Examples:
  $ heddle lease release cell-7 --reason 'the machine was scrapped'
  $ heddle lease release 10.255.7.0/24`,
  },
  fence: {
    description: 'take the lease of a cell: it stops forwarding, its peers drop it, its subnet goes into quarantine',
    outcome: (lease: HeldLease) => `${lease.overlaySubnet} was taken from ${holderOf(lease)}, and is in quarantine`,
    examples: `
Examples:
  $ heddle lease fence cell-7 --reason 'it was broken into'
  $ heddle lease fence 10.255.7.0/24`,
  },
} as const;

/** `heddle lease release` and `heddle lease fence`. */
export function endLeaseCommand(io: Io, verb: 'release' | 'fence'): Command {
  const { description, outcome, examples } = TEXTS[verb];
  const command = new Command(verb)
    .description(description)
    .addArgument(new Argument('<cell | subnet>', 'name of the cell, or its subnet').argParser(whichLease))
    .addOption(new Option('--reason <text>', 'kept with the change').argParser(parseReason))
    .addHelpText('after', examples);
  return withSharedOptions(command).action(async (which: WhichLease, { reason, ...options }: EndLeaseOptions) => {
    const { api, printer } = await openSession(io, options);
    const answer = verb === 'release' ? await api.releaseLease(which, reason) : await api.fenceLease(which, reason);
    printer.print(answer, () => outcome('released' in answer ? answer.released : answer.fenced));
  });
}

function holderOf({ cell, incarnationNumber }: HeldLease): string {
  return visible(incarnationNumber === undefined ? cell : `${cell} (incarnation ${incarnationNumber})`);
}
