import { NO_ELEMENTS } from './elements';
import { fingerprintOf } from './fingerprint';
import { parseTable } from './parse-table';
import { schemaOf } from './table';

/** What nft 1.0.6 prints, shortened to what tells tables apart. */
const set = (name: string, elem?: unknown) => ({ set: { family: 'ip', name, table: 'heddle', handle: 1, elem } });
const listing = (...entries: readonly unknown[]) =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family: 'ip', name: 'heddle', handle: 2 } },
      set('senders', [{ concat: ['s-010255001002', '10.255.1.2'] }]),
      { map: { family: 'ip', name: 'src_tag', elem: [[{ concat: ['s-010255001002', '10.255.1.2'] }, 5]] } },
      set('answers', [{ concat: ['10.255.1.2', 524293] }]),
      set('peers', ['192.0.2.2']),
      set('fingerprint', [7]),
      set('allow', [{ elem: { val: { concat: ['10.255.1.2', 5, 6, 443] }, counter: { packets: 3, bytes: 180 } } }]),
      set('allow_range', [{ elem: { val: { concat: ['10.255.1.2', 5, 17, { range: [1000, 2000] }] } } }]),
      ...['common_reach', 'own_reach', 'masked', 'published', 'targets'].map((name) => set(name)),
      ...entries,
    ],
  });
const options = { vxlanPort: 4789, cutLive: true };
const schema = (vxlanPort: number, cutLive = true) => set('schema', [schemaOf({ vxlanPort, cutLive })]);

describe('reading the table back', () => {
  it('gives the elements as they were written', () => {
    expect(parseTable(listing(schema(4789)), options).elements).toEqual({
      ...NO_ELEMENTS,
      senders: new Set(['"s-010255001002" . 10.255.1.2']),
      src_tag: new Set(['"s-010255001002" . 10.255.1.2 : 5']),
      answers: new Set(['10.255.1.2 . 524293']),
      peers: new Set(['192.0.2.2']),
      allow: new Set(['10.255.1.2 . 5 . tcp . 443']),
      allow_range: new Set(['10.255.1.2 . 5-5 . udp . 1000-2000']),
    });
  });

  it.each<[string, string]>([
    ['of no version', listing()],
    ['of another version', listing(set('schema', [4789]))],
    ['for another port', listing(schema(8472))],
    ['that keeps live connections', listing(schema(4789, false))],
    ['for no port', listing(set('schema'))],
    ['without a set', JSON.stringify({ nftables: [schema(4789)] })],
    ['with elements Heddle does not write', listing(schema(4789), set('peers', [{ range: ['1.1.1.1', '2.2.2.2'] }]))],
  ])('gives no elements of a table %s', (_, json) => expect(parseTable(json, options).elements).toBeNull());
});

describe('the static part', () => {
  const rule = (expr: unknown) => ({ rule: { family: 'ip', table: 'heddle', chain: 'check', handle: 9, expr } });
  const written = (...entries: readonly unknown[]) => {
    const fingerprint = fingerprintOf(
      (JSON.parse(listing(schema(4789), ...entries)) as { nftables: unknown[] }).nftables,
    );
    return JSON.stringify(JSON.parse(listing(schema(4789), ...entries)), (_, value: unknown) =>
      Array.isArray(value) && value.join() === '7' ? [fingerprint] : value,
    );
  };
  const counting = (packets: number, handle: number) =>
    written({ ...rule([{ counter: { packets, bytes: packets * 60 } }, { drop: null }]), handle });

  it('is as it was written whatever was counted, and whatever the kernel calls it', () => {
    for (const json of [counting(0, 9), counting(12, 13)]) expect(parseTable(json, options).isUntouched).toBe(true);
    expect(parseTable(counting(0, 9), options).fingerprint).toBe(parseTable(counting(12, 13), options).fingerprint);
  });

  it('is not when a rule is another one, or gone', () => {
    const json = counting(0, 9);
    expect(parseTable(json.replace('drop', 'accept'), options).isUntouched).toBe(false);
    expect(parseTable(listing(schema(4789)), options).isUntouched).toBe(false);
  });
});
