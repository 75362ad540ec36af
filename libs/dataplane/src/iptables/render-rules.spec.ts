import type { CellState } from '@heddle/calc';
import { atOnce } from '@heddle/domain';
import { desiredChains } from './desired-chains';
import { parseSaved } from './parse-saved';
import { renderIptablesRules } from './render-rules';

const options = { vxlanPort: 4789, cutLive: true };
const peer = { cell: 'cell-2', overlaySubnet: '10.255.2.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:02:00' };
const state: CellState = {
  containers: [
    {
      ...{ handle: 'api-0', hostInterface: 's-010255001002', address: '10.255.1.2', tag: 12 },
      inbound: [{ protocol: 'tcp', start: 8080, end: 8080, tags: [11] }],
    },
  ],
  peers: [{ ...peer, underlayAddress: '192.0.2.2' }],
};

describe('the rules of iptables, rendered without a kernel', () => {
  const text = atOnce(renderIptablesRules(state, options));

  it('are a transaction for each table that brings every chain, and leads into them first', () => {
    const wanted = atOnce(desiredChains(state, options));
    const [nat = '', filter = ''] = text.split(/(?<=^COMMIT\n)/m);
    expect(nat).toMatch(/^\*nat\n/);
    expect(filter).toMatch(/^\*filter\n/);
    expect(parseSaved('nat', nat).chains).toEqual(wanted.nat);
    expect(parseSaved('filter', filter).chains).toEqual(wanted.filter);
    expect(text.match(/^-I .*/gm)).toEqual([
      '-I PREROUTING 1 -j heddle-arriving',
      '-I POSTROUTING 1 -j heddle-leaving',
      '-I FORWARD 1 -j heddle-forward',
      '-I INPUT 1 -j heddle-input',
    ]);
    expect(text).not.toMatch(/^-[DX] /m);
  });

  it('have chains and their rules in the order in which they are saved', () => {
    const tables = text.split('COMMIT\n').filter((table) => table !== '');
    expect(tables).toHaveLength(2);
    for (const table of tables) {
      const declared: string[] = table.match(/(?<=^:)\S+/gm) ?? [];
      const filled = new Set<string>(table.match(/(?<=^-A )\S+/gm));
      expect(filled.size).toBeGreaterThan(1);
      expect(declared).toEqual(declared.toSorted());
      expect([...filled]).toEqual(declared.filter((name) => filled.has(name)));
    }
  });
});
