import { Failure } from './failure';

const NAMES = ['action', 'handle', 'configFile'] as const;

/** What is on the command line; what is not there is empty. */
export interface Flags extends Readonly<Record<(typeof NAMES)[number], string>> {
  /** What is no flag. */
  readonly extra: readonly string[];
}

/**
 * Reads the command line as programs in Go do, for Guardian and its operators write it so: `-action up`, `--action up`,
 * `--action=up`, and from the first word on that is none of them no flags any more.
 * @throws {Failure} in Go's words
 */
export function flagsIn(args: readonly string[]): Flags {
  const flags = { action: '', handle: '', configFile: '' };
  const left = [...args];
  while (left.length > 0) {
    const [, given, value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(left[0] as string) ?? [];
    if (given === undefined) break;
    left.shift();
    const name = NAMES.find((each) => each === given);
    if (!name) throw new Failure(`flag provided but not defined: -${given}`);
    const said = value ?? left.shift();
    if (said === undefined) throw new Failure(`flag needs an argument: -${given}`);
    flags[name] = said;
  }
  return { ...flags, extra: left[0] === '--' ? left.slice(1) : left };
}

/** A container's name is a name of files, and goes to plugins, so it is what the CNI specification lets it be. */
const HANDLE = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** @throws {Failure} where a container or what is to be done with it is not named */
export function checkAsked({ extra, handle, action }: Flags): void {
  if (extra.length > 0) throw new Failure(`unexpected extra args: [${extra.join(' ')}]`);
  if (!handle) throw new Failure("missing required flag 'handle'");
  if (!action) throw new Failure("missing required flag 'action'");
  if (!HANDLE.test(handle))
    throw new Failure(`handle '${handle}': must be letters, digits, '.', '_' or '-', and begin with a letter or digit`);
}
