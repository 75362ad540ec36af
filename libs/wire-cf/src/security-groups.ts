import type { SecurityGroup, SecurityRule } from '@heddle/domain';
import { goJson, WireError } from './wire-error';

/** Which security groups a cell asks for. */
export interface GroupQuery {
  readonly spaces: string[];
  /** The lowest row wanted. */
  readonly from?: number;
  /** How many at most, from 1; all without it. */
  readonly limit?: number;
}

/** A Go `int`. */
const LARGEST = 2n ** 63n - 1n;

/**
 * Reads the query of a list of security groups. Limits and rows below 1 mean nothing, as does every other parameter.
 * @throws {WireError} 500 when a number is none, as Cloud Foundry's policy server has it.
 */
export function parseGroupQuery(query: string): GroupQuery {
  const given = new URLSearchParams(query);
  const spaces = (given.get('space_guids') ?? '').split(',').filter((space) => space !== '');
  return { spaces, limit: numberIn(given, 'limit'), from: numberIn(given, 'from') };
}

function numberIn(given: URLSearchParams, name: string): number | undefined {
  const text = given.get(name);
  if (text === null) return undefined;
  const isNumber = /^[+-]?\d{1,30}$/.test(text);
  const value = isNumber ? BigInt(text.replace('+', '')) : 0n;
  if (!isNumber || value > LARGEST || value < -LARGEST - 1n)
    throw new WireError(500, `invalid value for '${name}' parameter`);
  // No place is beyond what a number holds exactly, so a larger one asks for the same.
  return value < 1n ? undefined : Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

/** The body of a list of security groups; the rules are JSON within JSON. @param next the row the next page begins with, 0 at the end */
export function renderGroups(groups: readonly Omit<SecurityGroup, 'problems'>[], next: number): string {
  return goJson({
    next,
    security_groups: groups.map((group) => ({
      guid: group.guid,
      name: group.name,
      rules: goJson(group.rules.map(renderRule)),
      staging_default: group.stagingDefault,
      running_default: group.runningDefault,
      staging_space_guids: group.stagingSpaces,
      running_space_guids: group.runningSpaces,
    })),
  });
}

/** In the order of members that the original has. */
function renderRule({ protocol, destination, ports, type, code, description, log }: SecurityRule): object {
  return { protocol, destination, ports, type, code, description, log };
}
