#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { configFrom, logPrefixIn, readMembers } from './config';
import { during, Failure, sentenceOf } from './failure';
import { checkAsked, flagsIn, type Flags } from './flags';
import { Networker } from './networker';
import { upRequestFrom } from './up-request';

/**
 * `heddle-garden-networker`: what Guardian starts for each container that comes (`up`) or goes (`down`), in place of Cloud Foundry's
 * garden-external-networker and with its configuration.
 *
 *     Guardian ──▶ this ──▶ the plugins of the network, in their order ──▶ the agent of the cell
 *                   └──▶ the namespace as a file · ports of the cell · rules that lead to the container's proxy
 *
 * It knows modules of Node alone, and does one thing after the other, because it is started for each container and ends.
 */

/** What messages begin with, as long as nothing else is known. */
let prefix = 'cfnetworking';
const warn = (message: string): void => void process.stderr.write(`${prefix}: ${message}\n`);

function main(args: readonly string[]): void {
  if (args.length === 0 || args[0] === '-h' || args[0] === '--help')
    throw new Failure("this is a plugin for Garden-runC.  Don't run it directly.");
  const { flags, networker } = during('parse args', () => prepare(args));
  switch (flags.action) {
    case 'up': {
      const request = upRequestFrom(readFileSync(0, 'utf8'));
      process.stdout.write(`${JSON.stringify(networker.up(flags.handle, request))}\n`);
      return;
    }
    case 'down':
      return networker.down(flags.handle);
    default:
      // Ports and rules come with `up`, and nowhere else.
      throw new Failure(`unrecognized action: ${flags.action}`);
  }
}

function prepare(args: readonly string[]): { flags: Flags; networker: Networker } {
  const flags = flagsIn(args);
  if (!flags.configFile) throw new Failure("missing required flag 'configFile'");
  const members = readMembers(flags.configFile);
  prefix = logPrefixIn(members) ?? prefix;
  const networker = new Networker(configFrom(members), warn);
  checkAsked(flags);
  return { flags, networker };
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  warn(sentenceOf(error));
}
