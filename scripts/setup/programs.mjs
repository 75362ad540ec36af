import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../lib/find-program.mjs';

/**
 * A program that is not an npm package.
 *
 * @typedef {object} Program
 * @property {string} name its executable
 * @property {string} debianPackage
 * @property {'log' | 'lab' | 'tests'} usedBy
 * @property {() => readonly string[]} [alsoIn] directories beyond the search path
 */

/** @type {Program} */
const natsServer = { name: 'nats-server', debianPackage: 'nats-server', usedBy: 'log' };

/** @type {readonly Program[]} */
const labPrograms = [
  // libnftables.so.1, which the agents load, comes with nft.
  { name: 'nft', debianPackage: 'nftables', usedBy: 'lab' },
  { name: 'ip', debianPackage: 'iproute2', usedBy: 'lab' },
  { name: 'iptables', debianPackage: 'iptables', usedBy: 'lab' },
];

/** @type {readonly Program[]} */
const testPrograms = [
  { name: 'postgres', debianPackage: 'postgresql', usedBy: 'tests', alsoIn: debianPostgresDirectories },
  { name: 'chromium', debianPackage: 'chromium', usedBy: 'tests' },
  { name: 'openssl', debianPackage: 'openssl', usedBy: 'tests' },
  { name: 'unshare', debianPackage: 'util-linux', usedBy: 'tests' },
  // Container runtimes, and what their containers are made of: 47 MB, more than half of them containerd.
  { name: 'runc', debianPackage: 'runc', usedBy: 'tests' },
  { name: 'containerd', debianPackage: 'containerd', usedBy: 'tests' },
  { name: 'podman', debianPackage: 'podman', usedBy: 'tests' },
  { name: 'busybox', debianPackage: 'busybox-static', usedBy: 'tests' },
  { name: 'host-local', debianPackage: 'containernetworking-plugins', usedBy: 'tests', alsoIn: () => ['/usr/lib/cni'] },
];

/**
 * The programs that are wanted here.
 *
 * @param {'start' | 'test'} purpose
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {readonly Program[]}
 */
export function wantedPrograms(purpose, env = process.env) {
  if (purpose === 'test') return [natsServer, ...labPrograms, ...testPrograms];
  return [...(env.NATS_URL ? [] : [natsServer]), ...(env.HEDDLE_LAB === 'off' ? [] : labPrograms)];
}

/**
 * @param {readonly Program[]} programs
 * @param {(name: string, alsoIn: readonly string[]) => boolean} [isThere]
 * @returns {Program[]} those that are not there
 */
export function missingPrograms(programs, isThere = isInstalled) {
  return programs.filter(({ name, alsoIn }) => !isThere(name, alsoIn?.() ?? []));
}

/**
 * What is missing and how to get it, as half a sentence.
 *
 * @param {readonly Program[]} missing at least one
 * @returns {string} `nft and ip are missing; on Debian: sudo apt-get install nftables iproute2`
 */
export function missingPhrase(missing) {
  const names = missing.map(({ name }) => name);
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const verb = names.length === 1 ? 'is' : 'are';
  return `${list} ${verb} missing; on Debian: sudo apt-get install ${packagesOf(missing).join(' ')}`;
}

/**
 * @param {readonly Program[]} programs
 * @returns {string[]} Debian packages, each once
 */
export function packagesOf(programs) {
  return [...new Set(programs.map(({ debianPackage }) => debianPackage))];
}

/**
 * @param {string} name
 * @param {readonly string[]} alsoIn
 */
function isInstalled(name, alsoIn) {
  return findProgram(name) !== undefined || findProgram(name, alsoIn) !== undefined;
}

/** Debian keeps the programs of each PostgreSQL version in a directory of its own, outside the search path. */
function debianPostgresDirectories() {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return [];
  return readdirSync(versions).map((version) => path.join(versions, version, 'bin'));
}
