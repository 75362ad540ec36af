import { cellSettings } from '@heddle/cell-protocol';
import { readConfiguration } from '@heddle/platform';
import { container, type Container } from './container';
import { reportOf } from './container-report';
import { settingsOf } from './outside-of';

const held = (handle: string, members: Partial<Container> = {}): Container =>
  container.parse({
    ...{ handle, app: 'web', netns: '/run/netns/x', address: '10.255.1.2', hostInterface: 's-010255001002' },
    ...members,
  });
const rule = { protocol: 'tcp', destination: '10.0.0.1', ports: '443', type: 0, code: 0, log: false } as const;

it('names containers of apps, and all of them as the rules follow from them', () => {
  const published = [{ protocol: 'tcp', hostAddress: '192.0.2.1', hostPort: 61_000, containerPort: 8080 }] as const;
  const report = reportOf('cell-1', [
    held('web-0', { space: 'space-1', org: 'org-1', index: 3, workload: 'task', published: [...published] }),
    held('unnamed', { app: null, given: { address: '10.255.1.3', hostInterfaces: ['veth1'] } }),
    held('free', { netOut: [] }),
    held('bound', { netOut: [rule] }),
  ]);
  expect(report.containers.map(({ handle }) => handle)).toEqual(['web-0', 'free', 'bound']);
  expect(report.namesSpaces).toBe(true);
  expect(report.local).toEqual([
    {
      ...{ handle: 'web-0', app: 'web', address: '10.255.1.2', isGiven: false, space: 'space-1' },
      ...{ workload: 'running', published, ownRules: 'none' },
    },
    expect.objectContaining({ handle: 'unnamed', app: null, isGiven: true, workload: null }),
    expect.objectContaining({ handle: 'free', ownRules: 'empty' }),
    expect.objectContaining({ handle: 'bound', ownRules: 'untold' }),
  ]);
});

it('tells the settings that the rules depend on, in a form that is understood', () => {
  const config = readConfiguration('cell-agent', {
    ...{ HEDDLE_CELL: 'cell-1', HEDDLE_UNDERLAY_ADDRESS: '192.0.2.1', HEDDLE_AGENT_SOCKET: '/run/x.sock' },
    ...{ HEDDLE_STATE_DIR: '/var/lib/x', NATS_URL: 'nats://127.0.0.1:4222', HEDDLE_DENY_NETWORKS: '10.0.0.0/30' },
  });
  const report = reportOf('cell-1', [], settingsOf(config));
  expect(report.settings).toMatchObject({
    ...{ dataplane: 'nftables', vxlanPort: 4789, cutLive: true },
    denied: { always: [{ start: 0x0a000000, end: 0x0a000003 }] },
  });
  expect(cellSettings.parse(JSON.parse(JSON.stringify(report.settings)))).toEqual(report.settings);
});
