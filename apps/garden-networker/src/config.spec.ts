import { configFrom, logPrefixIn } from './config';

/** As Cloud Foundry's job renders it. */
const members = {
  cni_plugin_dir: '/var/vcap/packages/cni/bin',
  cni_config_dir: '/var/vcap/jobs/cni/config/cni',
  bind_mount_dir: '/var/vcap/data/garden-cni/container-netns',
  state_file: '/var/vcap/data/garden-cni/external-networker-state.json',
  start_port: 61000,
  total_ports: 5000,
  log_prefix: 'cfnetworking',
  search_domains: [],
  iptables_lock_file: '/var/vcap/data/garden-cni/iptables.lock',
  proxy_redirect_cidr: '',
  proxy_port: 15001,
  proxy_uid: 0,
  enable_ingress_proxy_redirect: false,
};

it('is read as Cloud Foundry writes it', () =>
  expect(configFrom(members)).toEqual({
    pluginDir: '/var/vcap/packages/cni/bin',
    networkDir: '/var/vcap/jobs/cni/config/cni',
    bindMountDir: '/var/vcap/data/garden-cni/container-netns',
    stateFile: '/var/vcap/data/garden-cni/external-networker-state.json',
    ports: { start: 61000, total: 4536 },
    searchDomains: [],
    redirect: { cidr: null, isIngress: false, port: 15001 },
  }));

it('may say more, and less where nothing follows from it', () => {
  const { proxy_redirect_cidr, enable_ingress_proxy_redirect, search_domains, ...required } = members;
  expect([proxy_redirect_cidr, enable_ingress_proxy_redirect, search_domains]).toEqual(['', false, []]);
  expect(configFrom({ ...required, unknown: 1 })).toEqual(configFrom(members));
  const redirected = { proxy_redirect_cidr: '10.255.0.0/16', enable_ingress_proxy_redirect: true };
  expect(configFrom({ ...members, ...redirected, search_domains: ['a.internal'] })).toMatchObject({
    redirect: { cidr: '10.255.0.0/16', isIngress: true },
    searchDomains: ['a.internal'],
  });
});

it.each([
  ...['cni_plugin_dir', 'cni_config_dir', 'bind_mount_dir', 'state_file', 'start_port', 'total_ports', 'log_prefix'],
  ...['iptables_lock_file', 'proxy_port', 'proxy_uid'],
])('has to say %s', (key) => {
  for (const nothing of [undefined, null, ''])
    expect(() => configFrom({ ...members, [key]: nothing })).toThrow(`missing required config '${key}'`);
});

it('has no port 0, but a user of this number', () => {
  expect(() => configFrom({ ...members, start_port: 0 })).toThrow("missing required config 'start_port'");
  expect(() => configFrom({ ...members, proxy_uid: 0 })).not.toThrow();
});

it.each([
  [61_000, 5_000, 4_536],
  [61_000, 56, 56],
  [65_535, 1, 1],
])('from port %i on, %i ports are %i', (start_port, total_ports, total) =>
  expect(configFrom({ ...members, start_port, total_ports }).ports).toEqual({ start: start_port, total }),
);

it.each<[string, unknown, string]>([
  ['cni_plugin_dir', 7, 'an absolute path, not 7'],
  ['bind_mount_dir', 'relative/path', 'an absolute path, not "relative/path"'],
  ['start_port', '61000', 'a whole number from 1 to 65535, not "61000"'],
  ['start_port', 70_000, 'a whole number from 1 to 65535'],
  ['total_ports', 0.5, 'a whole number from 1 to 65535, not 0.5'],
  ['proxy_port', -1, 'a whole number from 1 to 65535'],
  ['proxy_uid', 0.5, 'a whole number from 0'],
  ['proxy_redirect_cidr', '10.255.0.0/33', 'a block of IPv4 addresses'],
  ['proxy_redirect_cidr', '-j', 'a block of IPv4 addresses'],
  ['proxy_redirect_cidr', 'fd00::/8', 'a block of IPv4 addresses'],
  ['enable_ingress_proxy_redirect', 'yes', 'true or false'],
  ['search_domains', 'a.internal', 'a list of domains'],
  ['search_domains', [1], 'a list of domains'],
])('%s cannot be %j', (key, value, words) =>
  expect(() => configFrom({ ...members, [key]: value })).toThrow(`config '${key}': must be ${words}`),
);

it('names what messages begin with, before anything else of it is looked at', () => {
  expect(logPrefixIn({ log_prefix: 'cells' })).toBe('cells');
  expect([logPrefixIn({}), logPrefixIn({ log_prefix: '' }), logPrefixIn({ log_prefix: 1 })]).toEqual(
    Array(3).fill(undefined),
  );
});
