import { execFileSync } from 'node:child_process';
import { Reaches, type CellState, type GroupRule } from '@heddle/calc';
import { atOnce } from '@heddle/domain';
import { describeEachBackend, iptablesBackends, NetworkNamespace, stateOf, tableOptions } from '@heddle/testing';
import type { OutsideOptions } from '../outside-options';
import { TABLE_NAMES } from './chains';
import { renderIptablesRules } from './render-rules';

const rule = (protocol: GroupRule['protocol'], destination: string, members: Partial<GroupRule> = {}): GroupRule => ({
  ...{ protocol, destination, ports: '', type: -1, code: -1, log: false },
  ...members,
});
const RULES: readonly GroupRule[] = [
  rule('tcp', '192.0.2.7', { ports: '80, 443, 8000-8100', log: true }),
  rule('icmp', '198.51.100.1-198.51.100.3', { type: 3 }),
  rule('all', '203.0.113.0/24'),
  // More than fit in one level of a tree.
  ...Array.from({ length: 40 }, (_, i) => rule('tcp', `10.9.${i}.1`, { ports: '443' })),
];
const SETTINGS: Readonly<Record<string, OutsideOptions & { cutLive?: boolean }>> = {
  'by default': {},
  'with all there is to be set': {
    ...{ cutLive: false, logAll: true, refusalsLoggedPerSecond: 300, datagramsLoggedPerSecond: 7 },
    hostServices: [{ address: '169.254.0.2', protocol: 'udp', port: 53 }],
    connectionLimit: { perSecond: 7, atOnce: 30, isDry: false },
    unmasked: [{ start: 0x0a0a0000, end: 0x0a0a0003 }],
  },
};

const reaches = new Reaches({ always: [], running: [], staging: [] });
const state: CellState = {
  ...stateOf(1, [
    { from: 'web', to: 'api', start: 8080 },
    { from: 'api', to: 'web', start: 1, end: 65_535, protocol: 'udp' },
  ]),
  outside: [
    {
      ...{ address: '10.255.1.2', hostInterface: 's-010255001002', common: reaches.ofContainer(RULES) },
      own: reaches.ofContainer([]),
      published: [{ protocol: 'tcp', hostAddress: '192.0.2.1', hostPort: 61_000, containerPort: 8080 }],
    },
  ],
};

describeEachBackend(
  'rendered rules',
  (backend) => {
    let namespace: NetworkNamespace;
    beforeEach(() => {
      namespace = NetworkNamespace.create('heddle-dp-rendered');
    });
    afterEach(() => namespace.delete());

    it.each(Object.keys(SETTINGS))(
      'are those that a firewall has programmed, and stand as they are saved, %s',
      async (name) => {
        const options = { ...tableOptions, ...SETTINGS[name] };
        const text = atOnce(renderIptablesRules(state, options));
        await namespace.within(async () => {
          const firewall = await backend.open(options);
          await firewall.converge(state);
          await firewall.close();
        });
        const programmed = backend.list(namespace);
        const saved = TABLE_NAMES.map((table) => namespace.run(`${backend.name}-save`, '-t', table)).join('');
        const own = (lines: string) => lines.match(/^(:|-A )heddle-.*/gm);
        expect(own(text)).toEqual(own(saved));
        backend.flush(namespace);
        const load = ['netns', 'exec', namespace.name, `${backend.name}-restore`, '--noflush'];
        execFileSync('ip', load, { input: text });
        expect(backend.list(namespace)).toBe(programmed);
      },
    );
  },
  iptablesBackends,
);
