import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure';
import { objectIn } from './json-object';
import { configToAdd, configToDelete, type CniResult, type NetworkList, type PluginConfig } from './network-list';
import type { UpRequest } from './up-request';

/** How the interface in the container is called, whatever network it is on. */
export const INTERFACE = 'eth0';
/** Longer than any plugin should wait for anything; then it is killed, and has failed. */
const PATIENCE_MS = 300_000;
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** A container, as plugins are told of it. */
export interface Attachment {
  readonly handle: string;
  /** Path of its namespace; empty when that has gone. */
  readonly netns: string;
  /** Descriptor of its lock: plugins that outlive this process keep it locked. */
  readonly lock: number;
}

/** Runs the plugins of a network, as the CNI specification says that a runtime does. */
export class PluginChain {
  constructor(private readonly pluginDir: string) {}

  /** @throws {Failure} when a plugin is not there, so that none of them begins */
  checkPresent({ plugins }: NetworkList): void {
    for (const plugin of plugins) this.programOf(plugin);
  }

  /** @returns what the last plugin says @throws {Failure} when one fails; those before it have done their part by then */
  add(list: NetworkList, request: Omit<UpRequest, 'pid'>, attachment: Attachment): CniResult {
    let result: CniResult | undefined;
    for (const plugin of list.plugins) {
      const printed = this.run('ADD', configToAdd(list, plugin, request, result), attachment);
      result = objectIn(printed, `plugin type="${plugin.type}" has no result`);
    }
    return result as CniResult;
  }

  /** Undoes the part of each plugin, last to first. @param result of {@link add}, if it was kept */
  delete(list: NetworkList, result: CniResult | undefined, attachment: Attachment): void {
    for (const plugin of [...list.plugins].reverse()) this.run('DEL', configToDelete(list, plugin, result), attachment);
  }

  private run(command: 'ADD' | 'DEL', config: PluginConfig, { handle, netns, lock }: Attachment): string {
    const asked = { CNI_COMMAND: command, CNI_CONTAINERID: handle, CNI_NETNS: netns, CNI_IFNAME: INTERFACE };
    const { status, signal, stdout, error } = spawnSync(this.programOf(config), [], {
      env: { ...process.env, ...asked, CNI_ARGS: '', CNI_PATH: this.pluginDir },
      input: JSON.stringify(config),
      stdio: ['pipe', 'pipe', 'inherit', lock],
      ...{ encoding: 'utf8', timeout: PATIENCE_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT_BYTES },
    });
    if (status === 0) return stdout;
    const why = wordsOf(stdout) ?? error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`);
    throw new Failure(`plugin type="${config.type}" failed (${command.toLowerCase()}): ${why}`);
  }

  private programOf({ type }: PluginConfig): string {
    const program = join(this.pluginDir, type);
    if (existsSync(program)) return program;
    throw new Failure(`failed to find plugin "${type}" in path [${this.pluginDir}]`);
  }
}

/** What a plugin says in the form of the specification. */
function wordsOf(printed: string | null): string | undefined {
  try {
    const { msg, details } = JSON.parse(printed ?? '') as { msg?: unknown; details?: unknown };
    return typeof msg === 'string' ? [msg, details].filter(Boolean).join('; ') : undefined;
  } catch {
    return undefined;
  }
}
