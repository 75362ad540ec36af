import { Failure } from './failure';
import { objectIn } from './json-object';

/** A port of the cell that leads to one of the container, in the words of Garden. */
export interface NetIn {
  /** 0 for one that is free. */
  readonly host_port: number;
  readonly container_port: number;
}

/** A container that Guardian wants on the network. */
export interface UpRequest {
  /** Of a process in it; 0 where its namespace is given as descriptor 3. */
  readonly pid: number;
  /** Who it is; plugins are told so as `metadata`. */
  readonly properties: object;
  readonly netIn: readonly NetIn[];
  /** What it may reach outside; plugins look at it. */
  readonly netOut: readonly object[];
}

/**
 * Reads what Guardian writes to standard input. The case of names is looked over, as Go does.
 * @throws {Failure} that names the member that cannot be what it is
 */
export function upRequestFrom(text: string): UpRequest {
  const members = new Map(
    Object.entries(objectIn(text, 'standard input')).map(([key, value]) => [key.toLowerCase(), value ?? undefined]),
  );
  const pid = members.get('pid') ?? 0;
  if (!isWhole(pid, 2 ** 31 - 1)) throw new Failure(`Pid: must be the number of a process, not ${JSON.stringify(pid)}`);
  const properties = members.get('properties') ?? {};
  if (!isObject(properties)) throw new Failure('Properties: must be an object');
  const netIn = listIn(members, 'netin').map(netInFrom);
  return { pid, properties, netIn, netOut: listIn(members, 'netout_rules') };
}

function netInFrom(member: object, at: number): NetIn {
  const { host_port = 0, container_port = 0 } = member as Partial<NetIn>;
  for (const [name, port] of Object.entries({ host_port, container_port }))
    if (!isWhole(port, 65_535))
      throw new Failure(`netin[${at}].${name}: must be a port from 0 to 65535, not ${JSON.stringify(port)}`);
  return { host_port, container_port };
}

function listIn(members: ReadonlyMap<string, unknown>, name: string): object[] {
  const list = members.get(name) ?? [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new Failure(`${name}: must be a list of objects`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
