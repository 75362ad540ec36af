import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configToAdd, configToDelete, loadNetworkList, networkListFrom, type PluginConfig } from './network-list';

const list = networkListFrom(
  JSON.stringify({
    ...{ name: 'cni-wrapper', disableCheck: true, cniVersion: '1.0.0' },
    plugins: [{ type: 'heddle-cni' }, { name: 'bandwidth-limit', type: 'bandwidth', ingressRate: 0 }],
  }),
);
const [first, second] = list.plugins as [PluginConfig, PluginConfig];
const properties = { policy_group_id: 'web', app_id: 'web' };
const netIn = [{ host_port: 61_000, container_port: 8080 }];
const netOut = [{ protocol: 1, networks: [{ start: '8.8.8.8', end: '9.9.9.9' }], log: true }];
const result = { cniVersion: '1.0.0', ips: [] };

describe('what a plugin is told', () => {
  it('of a container that comes is who it is, its ports and what it may reach', () =>
    expect(configToAdd(list, first, { properties, netIn, netOut }, undefined)).toEqual({
      ...{ type: 'heddle-cni', name: 'cni-wrapper', cniVersion: '1.0.0', metadata: properties },
      runtimeConfig: { portMappings: netIn, netOutRules: netOut },
    }));

  it('is also what the plugins before it have made', () =>
    expect(configToAdd(list, second, { properties, netIn, netOut }, result)).toMatchObject({
      ...{ name: 'cni-wrapper', type: 'bandwidth', ingressRate: 0, metadata: properties, prevResult: result },
    }));

  it('has no member for what is not said', () => {
    const nothing = { properties: {}, netIn: [], netOut: [] };
    const bare = { type: 'heddle-cni', name: 'cni-wrapper', cniVersion: '1.0.0' };
    expect(configToAdd(list, first, nothing, undefined)).toEqual(bare);
    expect(configToAdd(list, first, { ...nothing, netIn }, undefined)).toEqual({
      ...{ ...bare, runtimeConfig: { portMappings: netIn } },
    });
    expect(configToDelete(list, first, undefined)).toEqual(bare);
  });

  it('of a container that goes is what was made of it, from version 0.4.0 on', () => {
    expect(configToDelete(list, first, result)).toMatchObject({ prevResult: result });
    for (const [cniVersion, isTold] of [
      ['0.3.1', false],
      ['0.4.0', true],
      ['1.1.0', true],
    ] as const)
      expect('prevResult' in configToDelete({ ...list, cniVersion }, first, result)).toBe(isTold);
  });
});

it('keeps what it does not look at', () => expect(list).toMatchObject({ disableCheck: true }));

it.each<[string, object]>([
  ['it is no network', []],
  ['name: ', { cniVersion: '1.0.0', plugins: [first] }],
  ['name: ', { name: 'a/b', cniVersion: '1.0.0', plugins: [first] }],
  ['cniVersion: ', { name: 'n', plugins: [first] }],
  ['plugins: ', { name: 'n', cniVersion: '1.0.0', plugins: [] }],
  ['plugins: ', { name: 'n', cniVersion: '1.0.0', plugins: [null] }],
  ['plugins: ', { name: 'n', cniVersion: '1.0.0', plugins: [{ type: '../bin/sh' }] }],
  ['plugins: ', { name: 'n', cniVersion: '1.0.0' }],
])('is refused for %s %j', (words, value) => expect(() => networkListFrom(JSON.stringify(value))).toThrow(words));

describe('the network of a directory', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'heddle-networks-'))));
  afterEach(() => rmSync(directory, { recursive: true }));
  const write = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
  const named = (name: string) => ({ name, cniVersion: '1.0.0', plugins: [first] });

  it('is its first list, before any configuration of one plugin', () => {
    write('00-single.conf', { name: 'single', cniVersion: '1.0.0', type: 'ptp', mtu: 1400 });
    expect(loadNetworkList(directory)).toEqual({
      ...{ name: 'single', cniVersion: '1.0.0' },
      plugins: [{ name: 'single', cniVersion: '1.0.0', type: 'ptp', mtu: 1400 }],
    });
    write('20-second.conflist', named('second'));
    write('10-first.conflist', named('first'));
    write('00-other.json', named('other'));
    expect(loadNetworkList(directory).name).toBe('first');
  });

  it('is missed by its name', () => {
    expect(() => loadNetworkList(directory)).toThrow(`${directory} has neither a .conflist nor a .conf`);
    expect(() => loadNetworkList(`${directory}/none`)).toThrow('error walking config directory: ENOENT');
    write('10-wrong.conflist', {});
    expect(() => loadNetworkList(directory)).toThrow(`unable to load config from ${directory}/10-wrong.conflist: `);
  });
});
