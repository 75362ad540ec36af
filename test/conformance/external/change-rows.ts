import { listV0, listV1, policy, V0, V1, wireV0, wireV1, type Row } from '../row';

const DONE = { method: 'POST', status: 200, answer: '{}' } as const;
const CREATE_V1 = { ...DONE, path: `${V1}/policies` };
const CREATE_V0 = { ...DONE, path: `${V0}/policies` };
const DELETE_V1 = { ...DONE, path: `${V1}/policies/delete` };
const DELETE_V0 = { ...DONE, path: `${V0}/policies/delete` };

const webToDb = policy('web', 'db');
const range = policy('web', 'db', 8080, 8090);
const body = (...policies: Parameters<typeof wireV1>[0][]) => ({ policies: policies.map(wireV1) });
const bodyV0 = (...policies: Parameters<typeof wireV0>[0][]) => ({ policies: policies.map(wireV0) });
const sent = (id: string) =>
  `{"policies":[{"source":{"id":${id}},"destination":{"id":"db","protocol":"tcp","ports":{"start":1,"end":1}}}]}`;
const bytes = (...id: number[]) => Buffer.from(sent(`"${String.fromCharCode(...id)}"`), 'latin1');

/** What is added. */
export const creations: Row[] = [
  { ...CREATE_V1, about: 'adds one', body: body(webToDb), leaves: [webToDb] },
  { ...CREATE_V0, about: 'adds one', body: bodyV0(webToDb), leaves: [webToDb] },
  { ...CREATE_V1, about: 'adds one that exists', body: body(webToDb), given: [webToDb], leaves: [webToDb] },
  { ...CREATE_V0, about: 'adds one that v1 made', body: bodyV0(webToDb), given: [webToDb], leaves: [webToDb] },
  { ...CREATE_V1, about: 'adds the same twice', body: body(webToDb, webToDb), leaves: [webToDb] },
  {
    ...CREATE_V1,
    about: 'adds the same twice, where it stood first',
    body: body(webToDb, range, webToDb),
    leaves: [webToDb, range],
  },
  { ...CREATE_V1, about: 'adds ranges that overlap', body: body(webToDb, range), leaves: [webToDb, range] },
  {
    ...CREATE_V1,
    about: 'adds the same ports of another protocol',
    body: body(webToDb, policy('web', 'db', 8080, 8080, 'udp')),
    leaves: [webToDb, policy('web', 'db', 8080, 8080, 'udp')],
  },
  { ...CREATE_V1, about: 'adds an app to itself', body: body(policy('web', 'web')), leaves: [policy('web', 'web')] },
  {
    ...CREATE_V1,
    about: 'adds every port',
    body: body(policy('web', 'db', 1, 65535)),
    leaves: [policy('web', 'db', 1, 65535)],
  },
  {
    ...CREATE_V0,
    about: 'adds the last port',
    body: bodyV0(policy('web', 'db', 65535)),
    leaves: [policy('web', 'db', 65535)],
  },
  {
    ...CREATE_V1,
    about: 'takes ids as they are',
    body: body(policy(' a b ', 'ü"\\\u0001'), policy('x'.repeat(300), 'db')),
    leaves: [policy(' a b ', 'ü"\\\u0001'), policy('x'.repeat(300), 'db')],
  },
  { ...CREATE_V1, about: 'takes a NUL in an id', body: body(policy('a\0b', 'db')), leaves: [policy('a\0b', 'db')] },
  { ...CREATE_V1, about: 'takes what the list answers', body: listV1(webToDb, range), leaves: [webToDb, range] },
  { ...CREATE_V0, about: 'takes what the list answers', body: listV0(webToDb), leaves: [webToDb] },
  {
    ...CREATE_V1,
    about: 'does not look at the content type',
    body: body(webToDb),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    leaves: [webToDb],
  },
  {
    ...CREATE_V1,
    about: 'does not look at the query',
    path: `${V1}/policies?id=x`,
    body: body(webToDb),
    leaves: [webToDb],
  },
  {
    ...CREATE_V1,
    about: 'takes names in any case, and unknown ones',
    body: '{"POLICIES":[{"Source":{"ID":"web","x":[{}]},"DESTINATION":{"Id":"db","Protocol":"tcp","PORTS":{"Start":8080,"END":8080}},"y":1}],"z":null}',
    leaves: [webToDb],
  },
  {
    ...CREATE_V1,
    about: 'takes the last of two names',
    body: sent('"x","id":"web"'),
    leaves: [policy('web', 'db', 1)],
  },
  {
    ...CREATE_V1,
    about: 'takes the last of two names in any case',
    body: sent('"x","ID":"web"'),
    leaves: [policy('web', 'db', 1)],
  },
  { ...CREATE_V1, about: 'takes an empty tag', body: sent('"web","tag":""'), leaves: [policy('web', 'db', 1)] },
  {
    ...CREATE_V1,
    about: 'reads escapes',
    body: sent('"\\u0077\\u0065\\u0062\\ud83d\\ude00\\/"'),
    leaves: [policy('web😀/', 'db', 1)],
  },
  { ...CREATE_V1, about: 'reads half a pair', body: sent('"a\\ud800b"'), leaves: [policy('a\ufffdb', 'db', 1)] },
  {
    ...CREATE_V1,
    about: 'reads a byte that is no UTF-8',
    body: bytes(0x61, 0xff, 0x62),
    leaves: [policy('a\ufffdb', 'db', 1)],
  },
  {
    ...CREATE_V1,
    about: 'reads a character that was cut off',
    body: bytes(0xe2, 0x82, 0x62),
    leaves: [policy('\ufffd\ufffdb', 'db', 1)],
  },
  {
    ...CREATE_V1,
    about: 'reads white space anywhere',
    body: ` \r\n\t${JSON.stringify(body(webToDb), null, '\t')} \n`,
    leaves: [webToDb],
  },
];

/** What is removed. */
export const removals: Row[] = [
  { ...DELETE_V1, about: 'removes one', body: body(webToDb), given: [webToDb, range], leaves: [range] },
  {
    ...DELETE_V0,
    about: 'removes the one with a single port',
    body: bodyV0(webToDb),
    given: [webToDb, range],
    leaves: [range],
  },
  { ...DELETE_V0, about: 'removes no range', body: bodyV0(webToDb), given: [range], leaves: [range] },
  {
    ...DELETE_V1,
    about: 'removes one that is not there',
    body: body(policy('a', 'b')),
    given: [webToDb],
    leaves: [webToDb],
  },
  {
    ...DELETE_V1,
    about: 'removes no part of a range',
    body: body(policy('web', 'db', 8080, 8089)),
    given: [range],
    leaves: [range],
  },
  {
    ...DELETE_V1,
    about: 'removes nothing of another protocol',
    body: body(policy('web', 'db', 8080, 8080, 'udp')),
    given: [webToDb],
    leaves: [webToDb],
  },
  {
    ...DELETE_V1,
    about: 'removes nothing the other way round',
    body: body(policy('db', 'web')),
    given: [webToDb],
    leaves: [webToDb],
  },
  {
    ...DELETE_V1,
    about: 'removes several, known and unknown, some twice',
    body: body(webToDb, policy('a', 'b'), range, webToDb),
    given: [webToDb, range],
    leaves: [],
  },
  {
    ...DELETE_V1,
    about: 'takes what the list answers',
    body: listV1(webToDb, range),
    given: [webToDb, range],
    leaves: [],
  },
];
