import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guardian } from './guardian';

/** A network of two of them. */
export const SCRIPTED_NETWORK = {
  name: 'some-net',
  cniVersion: '1.0.0',
  plugins: [{ type: 'first' }, { type: 'second', rate: 7 }],
};

/** A container that Guardian wants on it: with a port that is named and two that are not, and a way out. */
export const SCRIPTED_REQUEST = {
  Properties: { 'some-key': 'some-value', policy_group_id: 'some-group-id' },
  netin: [
    { host_port: 12_345, container_port: 7000 },
    { host_port: 0, container_port: 7000 },
    { host_port: 0, container_port: 7001 },
  ],
  netout_rules: [
    { protocol: 1, networks: [{ start: '8.8.8.8', end: '9.9.9.9' }], ports: [{ start: 53, end: 54 }], log: true },
  ],
};

/** How a plugin was started once. */
export interface PluginCall {
  readonly plugin: string;
  readonly command: string;
  readonly containerId: string;
  readonly netns: string;
  readonly ifname: string;
  readonly args: string;
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const NAMES = ['first', 'second', 'third'];

/** Plugins of a Guardian that write down how they were started, and then do what they are told; by default they have a result. */
export class ScriptedPlugins {
  private readonly directory: string;
  private readonly log: string;

  /** Puts Guardian on {@link SCRIPTED_NETWORK}. */
  constructor(private readonly guardian: Guardian) {
    this.directory = guardian.pluginDir;
    this.log = join(this.directory, 'calls.log');
    for (const name of NAMES) writeFileSync(join(this.directory, name), script(this.log), { mode: 0o755 });
    this.reset();
  }

  /** What they print of a container that came. */
  result(members: object): void {
    const interfaces = [{ name: 'veth1' }, { name: 'eth0', sandbox: 'x' }];
    const ips = [{ interface: 1, address: '169.254.1.2/32' }];
    const result = { cniVersion: '1.0.0', interfaces, ips, dns: { nameservers: ['1.2.3.4'] }, ...members };
    writeFileSync(join(this.directory, 'result.json'), JSON.stringify(result));
  }

  /** From now on a plugin does this, in the words of a shell, at this command, before anything else. */
  does(name: string, command: 'ADD' | 'DEL', words: string): void {
    writeFileSync(join(this.directory, `${name}.${command}`), words);
  }

  /** They have a result again, what they were asked is forgotten, and the network is as it was. */
  reset(): void {
    for (const name of NAMES)
      for (const command of ['ADD', 'DEL']) rmSync(join(this.directory, `${name}.${command}`), { force: true });
    rmSync(this.log, { force: true });
    this.result({});
    this.guardian.writeNetwork(SCRIPTED_NETWORK);
  }

  calls(): PluginCall[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as PluginCall);
  }

  /** What was asked of which, in order. */
  asked(): string[] {
    return this.calls().map(({ plugin, command }) => `${command} ${plugin}`);
  }
}

function script(log: string): string {
  return `#!/bin/sh
config=$(cat)
members='{"plugin":"%s","command":"%s","containerId":"%s","netns":"%s","ifname":"%s","args":"%s","path":"%s","config":%s}\\n'
printf "$members" "\${0##*/}" "$CNI_COMMAND" "$CNI_CONTAINERID" "$CNI_NETNS" "$CNI_IFNAME" "$CNI_ARGS" "$CNI_PATH" "$config" >> ${log}
[ -f "$0.$CNI_COMMAND" ] && . "$0.$CNI_COMMAND"
[ "$CNI_COMMAND" = ADD ] && cat "\${0%/*}/result.json"
exit 0
`;
}
