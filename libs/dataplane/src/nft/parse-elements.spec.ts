import { parseElements } from './parse-elements';

/** What nft 1.0.6 prints, shortened to what tells tables apart. */
const set = (name: string, elem?: unknown) => ({ set: { family: 'ip', name, table: 'heddle', handle: 1, elem } });
const listing = (...entries: readonly unknown[]) =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family: 'ip', name: 'heddle', handle: 2 } },
      set('senders', [{ concat: ['s-010255001002', '10.255.1.2'] }]),
      { map: { family: 'ip', name: 'src_tag', elem: [[{ concat: ['s-010255001002', '10.255.1.2'] }, 5]] } },
      set('peers', ['192.0.2.2']),
      set('allow', [{ elem: { val: { concat: ['10.255.1.2', 5, 6, 443] }, counter: { packets: 3, bytes: 180 } } }]),
      set('allow_range', [{ elem: { val: { concat: ['10.255.1.2', 5, 17, { range: [1000, 2000] }] } } }]),
      ...entries,
    ],
  });
const options = { vxlanPort: 4789 };

describe('reading the table back', () => {
  it('gives the elements as they were written', () => {
    expect(parseElements(listing(set('schema_v1', [4789])), options)).toEqual({
      senders: new Set(['"s-010255001002" . 10.255.1.2']),
      src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 5']),
      peers: new Set(['192.0.2.2']),
      allow: new Set(['10.255.1.2 . 5 . tcp . 443']),
      allow_range: new Set(['10.255.1.2 . 5-5 . udp . 1000-2000']),
    });
  });

  it.each<[string, string]>([
    ['of no version', listing()],
    ['of another version', listing(set('schema_v0', [4789]))],
    ['for another port', listing(set('schema_v1', [8472]))],
    ['for no port', listing(set('schema_v1'))],
    ['without a set', JSON.stringify({ nftables: [set('schema_v1', [4789])] })],
    [
      'with elements Heddle does not write',
      listing(set('schema_v1', [4789]), set('peers', [{ range: ['1.1.1.1', '2.2.2.2'] }])),
    ],
  ])('gives nothing for a table %s', (_, json) => expect(parseElements(json, options)).toBeNull());
});
