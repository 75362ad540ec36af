import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@heddle/platform';
import { AgentClient, type AgentContainer } from './agent-client';
import type { LabCell, LabRecord } from './lab-directory';
import { makeNamespace, namespacePath, processesIn, removeNamespace } from './namespace';

/** A container of the lab. */
export interface LabContainer {
  readonly app: string;
  readonly index: number;
  readonly cell: string;
  readonly address: string;
  readonly namespace: string;
  /** What runs in it. */
  readonly processes: readonly number[];
  /** Where its output goes. */
  readonly log: string;
}

/** What to start. */
export interface LabRun {
  readonly app: string;
  readonly index: number;
  readonly cell: string;
  /** What to run in it, if anything. */
  readonly command: readonly string[];
}

/** So that the names of namespaces and log files can be made of it. */
const APP_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** The network namespace of a container of the lab. */
function containerNamespace(app: string, index: number): string {
  return `heddle-${app}-${index}`;
}

/** Starts a container: its namespace, its place on the overlay, then its process, which outlives the caller. */
export async function runContainer(lab: LabRecord, { app, index, cell, command }: LabRun): Promise<LabContainer> {
  if (!APP_NAME.test(app))
    throw new UserError('invalid-app', `'${app}' cannot name an app of the lab: use letters, digits, ".", "_", "-"`);
  const namespace = containerNamespace(app, index);
  const { cell: name, socket } = cellOf(lab, cell);
  if (existsSync(namespacePath(namespace))) {
    throw new UserError(
      'container-exists',
      `${namespace} is running: choose another --index, or remove it with heddle lab rm ${app} --index ${index}`,
    );
  }
  const agent = new AgentClient(socket);
  await makeNamespace(namespace);
  try {
    const { address } = await agent.add({
      handle: handleOf(app, index),
      app,
      index,
      workload: 'app',
      netns: namespacePath(namespace),
    });
    const log = logOf(lab, app, index);
    const processes = command.length > 0 ? startIn(namespace, command, log) : [];
    return {
      app,
      index,
      cell: name,
      address,
      namespace,
      processes,
      log,
    };
  } catch (error) {
    await agent.remove(handleOf(app, index)).catch(() => {});
    await removeNamespace(namespace);
    throw error;
  }
}

/**
 * Removes a container: off the overlay first, then its processes and its namespace. Where only the namespace is left, because an
 * earlier attempt was interrupted, that goes.
 * @throws {UserError} when there is none.
 */
export async function removeContainer(lab: LabRecord, app: string, index: number): Promise<void> {
  const found = (await listContainers(lab)).find((one) => one.app === app && one.index === index);
  const namespace = containerNamespace(app, index);
  if (!found && !existsSync(namespacePath(namespace)))
    throw new UserError('no-such-container', `there is no ${app}/${index} in the lab: see heddle lab ps`);
  if (found) await new AgentClient(cellOf(lab, found.cell).socket).remove(handleOf(app, index));
  await removeNamespace(namespace);
}

/** The containers of every cell, by app and index. */
export async function listContainers(lab: LabRecord): Promise<LabContainer[]> {
  const perCell = await Promise.all(lab.cells.map((cell) => containersOf(lab, cell)));
  return perCell.flat().sort((a, b) => (a.app === b.app ? a.index - b.index : a.app < b.app ? -1 : 1));
}

async function containersOf(lab: LabRecord, { cell, socket }: LabCell): Promise<LabContainer[]> {
  const held = await new AgentClient(socket).list();
  return Promise.all(
    held.filter(isOfLab).map(async ({ app, index, address }) => {
      const namespace = containerNamespace(app, index);
      return {
        app,
        index,
        cell,
        address,
        namespace,
        processes: await processesIn(namespace),
        log: logOf(lab, app, index),
      };
    }),
  );
}

/** Other runtimes may put containers on the cells of the lab, too. */
function isOfLab(held: AgentContainer): held is AgentContainer & { app: string } {
  return held.app !== null && held.netns === namespacePath(containerNamespace(held.app, held.index));
}

/** A cell by its name or its number. */
function cellOf(lab: LabRecord, cell: string): LabCell {
  const found = lab.cells.find((one) => one.cell === cell || one.cell === `cell-${cell}`);
  if (!found)
    throw new UserError(
      'no-such-cell',
      `there is no cell '${cell}' in the lab: it has ${lab.cells.map((one) => one.cell).join(', ')}`,
    );
  return found;
}

function handleOf(app: string, index: number): string {
  return `${app}-${index}`;
}

function logOf({ logDir }: LabRecord, app: string, index: number): string {
  return join(logDir, `${app}-${index}.log`);
}

/** Starts a command in a namespace. @returns its process; nothing where it could not be started */
function startIn(namespace: string, command: readonly string[], log: string): number[] {
  mkdirSync(join(log, '..'), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn('nsenter', [`--net=${namespacePath(namespace)}`, '--', ...command], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  // It becomes the command, and keeps its id; who is in the namespace can be asked only a little later.
  return child.pid === undefined ? [] : [child.pid];
}
