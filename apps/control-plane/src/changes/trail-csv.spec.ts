import { csvHeader, csvLines } from './trail-csv';
import type { TrailEntry } from './trail';

const change: Omit<Extract<TrailEntry, { kind: 'change' }>, 'type' | 'data'> = {
  ...{ kind: 'change', seq: 7, id: 'i', topic: 'policy', time: '2026-11-22T09:41:07.123456Z', correlationId: 'r-1' },
  ...{ actor: { name: 'ann', userId: 'u-1' }, address: '203.0.113.9', previousHash: 'p', hash: 'h' },
};
const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 80, end: 90 } as const;
const changed = (members: object): TrailEntry => ({
  ...change,
  type: 'policies-changed.v1',
  data: { added: [], removed: [], tagsAllocated: [], tagsReleased: [], ...members },
});

it('names the columns', () =>
  expect(csvHeader()).toBe(
    'kind,seq,time,actor,user_id,client_id,address,request_id,reason,what,message,' +
      'effect,source,destination,protocol,start,end,data\r\n',
  ));

it('has a line for each policy of a change', () => {
  const line = (effect: string, source: string) =>
    `change,7,2026-11-22T09:41:07.123456Z,ann,u-1,,203.0.113.9,r-1,,policies-changed.v1,,${effect},${source},db,tcp,80,90,\r\n`;
  expect(csvLines(changed({ added: [policy], removed: [{ ...policy, source: 'old' }] }))).toBe(
    line('added', 'web') + line('removed', 'old'),
  );
});

it('has one line for any other change, with what it did as JSON', () =>
  expect(csvLines({ ...change, type: 'tag-reserved.v1', data: { reserved: { app: 'r', tag: 1 } } })).toMatch(
    /,tag-reserved\.v1,,,,,,,,"{""reserved"":{""app"":""r"",""tag"":1}}"\r\n$/,
  ));

it.each([null, { added: 'everything' }])('shows what was altered so that it cannot be read (%j)', (data) =>
  expect(csvLines({ ...change, type: 'policies-changed.v1', data })).toContain(
    `,policies-changed.v1,,,,,,,,${data === null ? 'null' : '"{""added"":""everything""}"'}\r\n`,
  ),
);

it('says of a refused attempt what was asked and why not', () => {
  const refused: TrailEntry = {
    ...{ kind: 'refused', seq: 3, time: change.time, actor: { name: 'bob' }, correlationId: 'r-2', status: 403 },
    ...{ code: 'quota-exceeded', message: 'policy quota exceeded' },
    asked: { method: 'POST', path: '/p', command: 'add-policies', policies: 1, named: [policy] },
  };
  const line = 'refused,3,2026-11-22T09:41:07.123456Z,bob,,,,r-2,,';
  expect(csvLines(refused)).toBe(`${line}POST /p,policy quota exceeded,add-policies,web,db,tcp,80,90,\r\n`);
  expect(csvLines({ ...refused, asked: { method: 'GET', path: '/q' } })).toBe(
    `${line}GET /q,policy quota exceeded,,,,,,,\r\n`,
  );
});

it.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['a, "b"\nc', '"a, ""b""\nc"'],
])('keeps the reason %j a text', (reason, field) =>
  expect(csvLines({ ...changed({ added: [policy] }), reason })).toContain(`,r-1,${field},policies-changed.v1,`),
);
