import { execFileSync } from 'node:child_process';

/** Where the cells of a lab find the server. */
const SERVER = '198.18.0.1';
/** Before any hook of Heddle's own. */
const FIRST = 'priority -300';

/** Runs a command in the network of a lab's cell. @returns its standard output */
export function inCell(cell: string, command: string, ...args: readonly string[]): string {
  return execFileSync('ip', ['netns', 'exec', `heddle-${cell}`, command, ...args], { encoding: 'utf8' });
}

/** Drops every packet between a cell of the lab and the server, in a table of its own: an agent minds no other's. */
export function cutOff(cell: string): void {
  inCell(
    cell,
    'nft',
    'add table inet heddle-test; ' +
      `add chain inet heddle-test in { type filter hook input ${FIRST}; }; ` +
      `add rule inet heddle-test in ip saddr ${SERVER} ip protocol tcp drop; ` +
      `add chain inet heddle-test out { type filter hook output ${FIRST}; }; ` +
      `add rule inet heddle-test out ip daddr ${SERVER} ip protocol tcp drop`,
  );
}

/** Takes back {@link cutOff}. */
export function heal(cell: string): void {
  inCell(cell, 'nft', 'delete table inet heddle-test');
}
