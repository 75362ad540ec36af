import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { during, Failure } from './failure';
import { objectIn, type Members } from './json-object';

/** What an operator says once for all containers, in the file of Cloud Foundry's networker. */
export interface Config {
  readonly pluginDir: string;
  readonly networkDir: string;
  /** Where the namespaces of containers are pinned. */
  readonly bindMountDir: string;
  readonly stateFile: string;
  readonly ports: PortRange;
  readonly searchDomains: readonly string[];
  readonly redirect: Redirect;
}

/** Ports of the cell to give out. */
export interface PortRange {
  readonly start: number;
  readonly total: number;
}

/** What of a container's connections goes to the proxy that runs in it. */
export interface Redirect {
  /** Those to this block; `null` for none. */
  readonly cidr: string | null;
  /** Those that come in as well. */
  readonly isIngress: boolean;
  readonly port: number;
}

/** @returns its members, not yet looked at */
export function readMembers(path: string): Members {
  const text = during('reading config file', () => readFileSync(path, 'utf8'));
  return objectIn(text, `parsing config (${path})`);
}

/** What messages begin with, if the file says so. */
export function logPrefixIn({ log_prefix }: Members): string | undefined {
  return typeof log_prefix === 'string' && log_prefix !== '' ? log_prefix : undefined;
}

/** @throws {Failure} that names the first key that is not there, or is not what it can be */
export function configFrom(members: Members): Config {
  const paths = {
    pluginDir: pathIn(members, 'cni_plugin_dir'),
    networkDir: pathIn(members, 'cni_config_dir'),
    bindMountDir: pathIn(members, 'bind_mount_dir'),
    stateFile: pathIn(members, 'state_file'),
  };
  const start = numberIn(members, 'start_port', 1, 65_535);
  // Cloud Foundry's own numbers, 61000 and 5000, reach beyond the last port there is.
  const total = Math.min(numberIn(members, 'total_ports', 1, 65_535), 65_536 - start);
  requiredIn(members, 'log_prefix');
  // Nobody else writes rules where this does, and iptables has a lock of its own, so the file is not opened.
  requiredIn(members, 'iptables_lock_file');
  const port = numberIn(members, 'proxy_port', 1, 65_535);
  // As in Cloud Foundry's own networker, no rule looks at the user.
  numberIn(members, 'proxy_uid', 0, 2 ** 32 - 1);
  const redirect = { port, cidr: blockIn(members, 'proxy_redirect_cidr'), isIngress: isIngressIn(members) };
  return { ...paths, ports: { start, total }, redirect, searchDomains: domainsIn(members) };
}

function requiredIn(members: Members, key: string): unknown {
  const value = members[key];
  if (value === undefined || value === null || value === '') throw new Failure(`missing required config '${key}'`);
  return value;
}

function pathIn(members: Members, key: string): string {
  const value = requiredIn(members, key);
  return typeof value === 'string' && value.startsWith('/') ? value : wrong(key, value, 'an absolute path');
}

function numberIn(members: Members, key: string, least: number, most: number): number {
  const value = requiredIn(members, key);
  if (value === 0 && least > 0) throw new Failure(`missing required config '${key}'`);
  const isFit = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return isFit ? value : wrong(key, value, `a whole number from ${least} to ${most}`);
}

function blockIn(members: Members, key: string): string | null {
  const value = members[key] ?? '';
  if (value === '') return null;
  const [, address = '', length = '32'] = typeof value === 'string' ? (/^([^/]+)(?:\/(\d+))?$/.exec(value) ?? []) : [];
  const isBlock = isIPv4(address) && Number(length) <= 32;
  return isBlock ? (value as string) : wrong(key, value, 'a block of IPv4 addresses, as 10.255.0.0/16');
}

function isIngressIn({ enable_ingress_proxy_redirect: value = false }: Members): boolean {
  return typeof value === 'boolean' ? value : wrong('enable_ingress_proxy_redirect', value, 'true or false');
}

function domainsIn({ search_domains: value }: Members): string[] {
  const domains = value ?? [];
  const isFit = Array.isArray(domains) && domains.every((each) => typeof each === 'string');
  return isFit ? (domains as string[]) : wrong('search_domains', value, 'a list of domains');
}

function wrong(key: string, value: unknown, wanted: string): never {
  throw new Failure(`config '${key}': must be ${wanted}, not ${JSON.stringify(value)}`);
}
