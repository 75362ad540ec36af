import { UserError } from '@heddle/platform';
import { AddressesExhausted } from '../address-pool';
import { silent } from '../testing/samples';
import { requestOf } from './attachment';
import { CniError } from './cni-error';
import { errorFrom } from './error-from';
import { invocation, type AddInvocation } from './invocation';

const config = { cniVersion: '0.4.0', name: 'heddle', type: 'heddle-cni' };
const cell = { underlayAddress: '192.0.2.1', securityGroups: 'live', dnsServers: undefined } as const;
const asked = { command: 'ADD', containerId: 'c1', netns: '/run/netns/c1', ifname: 'eth0', config };

/** What is said of an ADD that cannot be understood. */
function said(members: object): { code: number; msg: string } {
  try {
    requestOf(invocation.parse({ ...asked, ...members }) as AddInvocation, cell);
  } catch (error) {
    return errorFrom(error, { ...asked, ...members }, silent);
  }
  throw new Error('it was understood');
}

it.each<[number, string, object]>([
  [4, 'CNI_COMMAND', { command: 'UPDATE' }],
  [4, 'CNI_CONTAINERID', { containerId: undefined }],
  [4, 'CNI_CONTAINERID', { containerId: '-c1' }],
  [4, 'CNI_NETNS', { netns: undefined }],
  [4, 'CNI_NETNS', { netns: '/run/a b' }],
  [4, 'CNI_IFNAME', { ifname: 'a/b' }],
  [1, 'cniVersion', { config: { ...config, cniVersion: '0.2.0' } }],
  [7, 'name', { config: { ...config, name: undefined } }],
  [7, 'prevResult', { config: { ...config, prevResult: { interfaces: [], ips: [] } } }],
  [7, 'prevResult', { config: { ...config, type: 'heddle-policy' } }],
  [7, 'prevResult.ips', { config: { ...config, type: 'heddle-policy', prevResult: { interfaces: [] } } }],
  [7, 'mtu', { config: { ...config, mtu: 10 } }],
  [
    7,
    'runtimeConfig.bandwidth.ingressRate',
    { config: { ...config, runtimeConfig: { bandwidth: { ingressRate: -1 } } } },
  ],
])('code %i names %s', (code, name, members) => {
  expect(said(members)).toMatchObject({ code, msg: expect.stringMatching(`^${name}: `) as string });
});

it.each<[number, Error]>([
  [7, new CniError(7, 'no')],
  [11, new UserError('no-lease', 'no')],
  [102, new UserError('handle-taken', 'no')],
  [100, new UserError('something-else', 'no')],
  [100, new Error('no')],
])('code %i is for %s', (code, error) =>
  expect(errorFrom(error, asked, silent)).toEqual({ cniVersion: '0.4.0', code, msg: 'no' }),
);

it('a full subnet is said in the words that people search for as well', () =>
  expect(errorFrom(new AddressesExhausted('10.255.1.0/24'), null, silent)).toMatchObject({
    ...{ cniVersion: '1.0.0', code: 101, details: 'no IP addresses available in range set' },
  }));
