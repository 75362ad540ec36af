import { requestOf } from './attachment';
import type { CellOutside } from './outside-request';
import { invocation, type AddInvocation } from './invocation';

function add(config: object, args = ''): AddInvocation {
  const network = { cniVersion: '1.0.0', name: 'heddle', type: 'heddle-cni', ...config };
  const asked = { command: 'ADD', containerId: 'c1', netns: '/run/netns/c1', ifname: 'eth0', args, config: network };
  return invocation.parse(asked) as AddInvocation;
}
const cell = { underlayAddress: '192.0.2.1', securityGroups: 'live', dnsServers: undefined } as const;
const request = (config: object, args?: string, members: Partial<CellOutside> = {}) =>
  requestOf(add(config, args), { ...cell, ...members });
const labels = (...pairs: [string, string][]) => ({
  args: { cni: { labels: pairs.map(([key, value]) => ({ key, value })) } },
});

const metadata = {
  policy_group_id: 'web',
  app_id: 'other',
  space_id: 'space-1',
  org_id: 'org-1',
  ports: '8080, 9090',
  container_workload: 'app',
  log_config: '{"guid":"web","index":"3","source_name":"APP"}',
};

describe('who a container is', () => {
  it('Cloud Foundry says in its metadata', () =>
    expect(request({ metadata })).toEqual({
      ...{ handle: 'c1', app: 'web', index: 3, space: 'space-1', org: 'org-1', netns: '/run/netns/c1' },
      ...{
        containerInterface: 'eth0',
        network: 'heddle',
        given: null,
        mtu: null,
        bandwidth: { ingress: null, egress: null },
      },
      ...{ ports: [8080, 9090], workload: 'app', logConfig: metadata.log_config, published: [], netOut: null },
    }));

  it('is its app where no group of policies is named, and nobody where neither is', () => {
    expect(request({ metadata: { app_id: 'web', ports: '' } })).toMatchObject({ app: 'web', ports: [] });
    expect(request({ metadata: { policy_group_id: '', app_id: '', space_id: 's' } })).toMatchObject({
      app: null,
      space: null,
    });
    expect(request({})).toMatchObject({ app: null, index: 0 });
  });

  it.each(['', '{', '{"index":"x"}', '{"index":-1}', 'null'])('is instance 0 where the logs say %j', (log_config) =>
    expect(request({ metadata: { app_id: 'web', log_config } })).toMatchObject({ app: 'web', index: 0 }),
  );

  it.each<[string, object, string]>([
    ['the capability', { runtimeConfig: { heddle: { app: 'web', index: 2, space: 's', org: 'o' } } }, ''],
    ['CNI_ARGS', {}, 'IgnoreUnknown=1;HEDDLE_APP=web;HEDDLE_INDEX=2;HEDDLE_SPACE=s;HEDDLE_ORG=o'],
    [
      'labels',
      labels(['tier', 'x'], ['heddle/app', 'web'], ['heddle/index', '2'], ['heddle/space', 's'], ['heddle/org', 'o']),
      '',
    ],
    [
      'annotations of a pod',
      {
        runtimeConfig: {
          'io.kubernetes.cri.pod-annotations': {
            ...{ 'heddle/app': 'web', 'heddle/index': '2', 'heddle/space': 's', 'heddle/org': 'o', app: 'x' },
          },
        },
      },
      '',
    ],
  ])('can be said by %s', (_, config, args) =>
    expect(request(config, args)).toMatchObject({ app: 'web', index: 2, space: 's', org: 'o' }),
  );

  it('is what the most particular of them says, as a whole', () => {
    const all = {
      runtimeConfig: { heddle: { app: 'a' } },
      metadata,
      ...labels(['heddle/app', 'd'], ['heddle/space', 'x']),
    };
    expect(request(all, 'HEDDLE_APP=b')).toMatchObject({ app: 'a', space: null });
    expect(request({ ...all, runtimeConfig: {} }, 'HEDDLE_APP=b')).toMatchObject({ app: 'b', space: null });
    expect(request({ ...all, runtimeConfig: {} })).toMatchObject({ app: 'web', space: 'space-1' });
    expect(request(labels(['heddle/app', 'd'], ['heddle/space', 'x']))).toMatchObject({ app: 'd', space: 'x' });
  });

  it.each<[RegExp, object, string]>([
    [/^metadata\.ports: '80x'/, { metadata: { app_id: 'web', ports: '80x' } }, ''],
    [/^metadata\.ports: '70000'/, { metadata: { app_id: 'web', ports: '70000' } }, ''],
    [/^HEDDLE_index: 'first'/, {}, 'HEDDLE_APP=web;HEDDLE_INDEX=first'],
  ])('is refused as %s', (message, config, args) =>
    expect(() => request(config, args)).toThrow(
      expect.objectContaining({ number: 7, message: expect.stringMatching(message) as string }),
    ),
  );
});

describe('how much may go over the link of a container', () => {
  const rates = { ingressRate: 8_000, ingressBurst: 80, egressRate: 4_000, egressBurst: 40 };
  const limits = { ingress: { rate: 8_000, burst: 80 }, egress: { rate: 4_000, burst: 40 } };

  it('is said by the network, or by the capability of the plugin `bandwidth`', () => {
    expect(request(rates).bandwidth).toEqual(limits);
    expect(request({ ...rates, runtimeConfig: { bandwidth: { egressRate: 1, egressBurst: 2 } } }).bandwidth).toEqual({
      ingress: null,
      egress: { rate: 1, burst: 2 },
    });
  });

  it.each([{ ingressRate: 8 }, { egressBurst: 8 }])('takes a rate and a burst: %j', (half) =>
    expect(() => request(half)).toThrow('a limit takes a rate and a burst'),
  );
});
