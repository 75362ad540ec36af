import { UserError } from '@heddle/platform/errors';
import { type Command, Option } from 'commander';
import type { Selector, Statement } from '../api/guardrail-schemas';
import { appGuids } from '../arguments/app-guid';
import { parsePorts, type Ports } from '../arguments/ports';

/** The options that say what shall never be. */
export interface StatementOptions {
  readonly from?: readonly string[];
  readonly fromSpace?: readonly string[];
  readonly fromAllBut?: readonly string[];
  readonly fromAllButSpace?: readonly string[];
  readonly to?: readonly string[];
  readonly toSpace?: readonly string[];
  readonly toAllBut?: readonly string[];
  readonly toAllButSpace?: readonly string[];
  readonly protocol?: string;
  readonly port?: Ports;
}

/** What the commands that take a statement say about it. */
export const STATEMENTS = `Apps are named by GUID (--from, --to), by space (--from-space, --to-space), or as all but some
(--from-all-but, --to-all-but-space, and so on); a side that is not named is any app.
A policy is against it if it lets one app reach another directly, at one of the ports.`;

/** Gives a command the options that state what shall never be. */
export function withStatement(command: Command): Command {
  for (const [side, who] of [
    ['from', 'open connections'],
    ['to', 'be reached'],
  ] as const) {
    const but = [`${side}AllBut`, `${side}AllButSpace`];
    command
      .addOption(guids(`--${side}`, `these apps shall not ${who}`).conflicts(but))
      .addOption(guids(`--${side}-space`, `apps in these spaces shall not ${who}`).conflicts(but))
      .addOption(guids(`--${side}-all-but`, `all apps but these shall not ${who}`))
      .addOption(guids(`--${side}-all-but-space`, `all apps but those in these spaces shall not ${who}`));
  }
  return command
    .addOption(new Option('--protocol <protocol>', 'without it, either').choices(['tcp', 'udp']))
    .addOption(new Option('--port <n | n-m>', 'without it, any').argParser(parsePorts));
}

/**
 * The statement that options make.
 * @throws {UserError} when they name nobody at all.
 */
export function statementOf(options: StatementOptions): Statement {
  const { protocol, port: ports } = options;
  const from = selectorOf(options.from, options.fromSpace, options.fromAllBut, options.fromAllButSpace);
  const to = selectorOf(options.to, options.toSpace, options.toAllBut, options.toAllButSpace);
  if ([from, to].every(({ is, apps, spaces }) => is === 'none-of' && apps.length + spaces.length === 0))
    throw new UserError('argument-invalid', 'name who shall not reach whom, with --from, --to or one of their kind');
  return { from, to, ...(protocol !== undefined && { protocol }), ...(ports && { ports }) };
}

function selectorOf(
  apps: readonly string[] = [],
  spaces: readonly string[] = [],
  allBut: readonly string[] = [],
  allButSpaces: readonly string[] = [],
): Selector {
  return apps.length + spaces.length > 0
    ? { is: 'one-of', apps: [...apps], spaces: [...spaces] }
    : { is: 'none-of', apps: [...allBut], spaces: [...allButSpaces] };
}

function guids(name: string, description: string): Option {
  const of = name.endsWith('-space') ? 'a space' : 'an app';
  return new Option(`${name} <guid...>`, description).argParser(appGuids(name, of));
}
