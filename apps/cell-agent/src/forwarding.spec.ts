import { createLogger } from '@heddle/platform';
import { CellForwarding } from './forwarding';

const grant = {
  lease: { overlaySubnet: '10.255.1.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:01:00' },
  overlayNetworks: ['10.255.0.0/16'],
} as unknown as Parameters<CellForwarding['start']>[0];

it('says that the cell forwards again, and not that it does for the first time', async () => {
  const done: string[] = [];
  const noting = (what: string) => async () => void done.push(what);
  const forwarding = new CellForwarding({
    vtep: { name: 'silk-vtep', vni: 1, port: 4789, underlayAddress: '192.0.2.1' },
    tunnels: { raise: noting('raise'), abandon: () => void done.push('abandon'), lower: noting('lower') },
    knowledge: { holdSubnet: () => done.push('hold'), loseSubnet: () => done.push('lose') },
    enforcer: { enforce: noting('enforce'), knowledgeChanged: () => done.push('enforce') },
    resumed: () => done.push('resumed'),
    stopped: noting('stopped'),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  await forwarding.start(grant);
  expect(done.splice(0)).toEqual(['raise', 'hold', 'enforce']);
  await forwarding.stop();
  expect(done.splice(0)).toEqual(['lose', 'abandon', 'enforce', 'lower', 'stopped']);
  await forwarding.start(grant);
  expect(done).toEqual(['raise', 'hold', 'enforce', 'resumed']);
});
