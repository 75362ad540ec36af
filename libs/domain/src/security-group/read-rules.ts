import { isDestination, isPorts } from './destination';
import type { RuleProblem, SecurityRule } from './security-group';

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'all'] as const;
/** In characters; what is shown of a value that is wrong stays in the log for ever. */
const LONGEST_SHOWN = 80;

/**
 * Reads the rules of a group one by one, as Cloud Controller's documentation describes them: those that can be understood,
 * and what is wrong with each of the others.
 */
export function readRules(sent: readonly unknown[]): { rules: SecurityRule[]; problems: RuleProblem[] } {
  const rules: SecurityRule[] = [];
  const problems: RuleProblem[] = [];
  sent.forEach((value, rule) => {
    const read = readRule(value);
    if (typeof read === 'string') problems.push({ rule, reason: read });
    else rules.push(read);
  });
  return { rules, problems };
}

/** The rule, or what is wrong with it. Members that are left out or `null` have the zero value of their type. */
function readRule(value: unknown): SecurityRule | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not an object';
  const given = value as Readonly<Record<string, unknown>>;
  const member = (name: string): unknown => (Object.hasOwn(given, name) ? given[name] : undefined);
  const destination = member('destination') ?? '';
  const ports = member('ports') ?? '';
  const type = member('type') ?? 0;
  const code = member('code') ?? 0;
  const description = member('description') ?? '';
  const log = member('log') ?? false;
  const protocol = PROTOCOLS.find((known) => known === member('protocol'));

  if (protocol === undefined) return `its protocol is ${shown(member('protocol'))}, not one of ${PROTOCOLS.join(', ')}`;
  if (typeof destination !== 'string' || !isDestination(destination))
    return `its destination is ${shown(destination)}, not an address, a CIDR block or a range`;
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  if (typeof ports !== 'string' || (hasPorts ? !isPorts(ports) : ports !== ''))
    return `its ports are ${shown(ports)}, ${hasPorts ? 'not ports or ranges from 1 to 65535' : `but ${protocol} has none`}`;
  if (!isIcmpNumber(type)) return `its type is ${shown(type)}, not a whole number from -1 to 255`;
  if (!isIcmpNumber(code)) return `its code is ${shown(code)}, not a whole number from -1 to 255`;
  if (typeof description !== 'string') return `its description is ${shown(description)}, not a text`;
  if (typeof log !== 'boolean') return `its log is ${shown(log)}, not true or false`;
  return { protocol, destination, ports, type, code, description, log };
}

function isIcmpNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= -1 && (value as number) <= 255;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
