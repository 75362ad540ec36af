import type { Command } from 'commander';
import type { Io } from './io';

/** A word that may follow `heddle`: what it is for, and where the rest of it is. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Loads the code of the command: a function that gives it its options and what it does, or its subcommands. */
  readonly load: () => Promise<(command: Command, io: Io) => Command>;
}

/**
 * All commands, in the order of the help. Only the one that is run is loaded: this file, and whatever it imports, is paid for by each.
 */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'policy',
    description: 'which app may talk to which',
    load: async () => (await import('./policy/policy-command')).policyCommand,
  },
  {
    name: 'plan',
    description: 'what a change of policies would do; nothing is changed',
    load: async () => (await import('./plan/plan-command')).planCommand,
  },
  {
    name: 'revert',
    description: 'undo changes of policies, by a change that is appended behind them',
    load: async () => (await import('./revert/revert-command')).revertCommand,
  },
  {
    name: 'guardrail',
    description: 'what no change of policies may bring about, and since when it is so all the same',
    load: async () => (await import('./guardrail/guardrail-command')).guardrailCommand,
  },
  {
    name: 'reach',
    description: 'which app could reach which, now or at any moment, and by whose change',
    load: async () => (await import('./reach/reach-command')).reachCommand,
  },
  {
    name: 'changes',
    description: 'list changes, the newest first; or follow them as they happen',
    load: async () => (await import('./changes/changes-command')).changesCommand,
  },
  {
    name: 'replay',
    description: 'show again what happened, and what the cells said of it',
    load: async () => (await import('./replay/replay-command')).replayCommand,
  },
  {
    name: 'refused',
    description: 'list what was asked and refused, the newest first',
    load: async () => (await import('./refused/refused-command')).refusedCommand,
  },
  {
    name: 'trail',
    description: 'print the whole audit trail: every change, and refused attempts among them',
    load: async () => (await import('./trail/trail-command')).trailCommand,
  },
  {
    name: 'audit',
    description: 'prove what the log says, and find out whether it is as it was written',
    load: async () => (await import('./audit/audit-command')).auditCommand,
  },
  {
    name: 'cells',
    description: 'list cells with their leases and containers, and what each still has to enforce',
    load: async () => (await import('./cells/cells-command')).cellsCommand,
  },
  {
    name: 'cell',
    description: 'look at one cell from within',
    load: async () => (await import('./cell/cell-command')).cellCommand,
  },
  {
    name: 'drift',
    description: 'list what others had changed of the rules of cells, the newest first',
    load: async () => (await import('./drift/drift-command')).driftCommand,
  },
  {
    name: 'lease',
    description: 'which cell has which subnet of the overlay',
    load: async () => (await import('./lease/lease-command')).leaseCommand,
  },
  {
    name: 'tag',
    description: 'which app has which tag, by which cells know whose a packet is',
    load: async () => (await import('./tag/tag-command')).tagCommand,
  },
  {
    name: 'group',
    description: 'security groups: what containers may reach outside the overlay',
    load: async () => (await import('./group/group-command')).groupCommand,
  },
  {
    name: 'wait',
    description: 'wait until every cell concerned enforces a change',
    load: async () => (await import('./enforcement/wait-command')).waitCommand,
  },
  {
    name: 'state',
    description: 'the documents that cells read',
    load: async () => (await import('./state/state-command')).stateCommand,
  },
  {
    name: 'dashboard',
    description: 'print the link to the dashboard, with the token that opens it',
    load: async () => (await import('./dashboard/dashboard-command')).dashboardCommand,
  },
  {
    name: 'token',
    description: 'make, list and revoke bearer tokens',
    load: async () => (await import('./token/token-command')).tokenCommand,
  },
  {
    name: 'lab',
    description: 'start, list and remove containers in the lab',
    load: async () => (await import('./lab/lab-command')).labCommand,
  },
];
