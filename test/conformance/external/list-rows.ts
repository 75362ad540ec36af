import { listV0, listV1, policy, V0, V1, type Row } from '../row';

const aToB = policy('a', 'b');
const bToC = policy('b', 'c', 1, 9);
const cToA = policy('c', 'a', 53, 53, 'udp');
const aToA = policy('a', 'a', 7);
const all = [aToB, bToC, cToA, aToA];

const none = '?id=';
const filtered: (readonly [query: string, about: string, shown: readonly (typeof aToB)[]])[] = [
  ['', 'shows all', all],
  ['?', 'shows all', all],
  ['?id=a', 'by either end', [aToB, cToA, aToA]],
  ['?id=a,b', 'by either end, of two apps', all],
  ['?id=c&id=a', 'by the first of two', [bToC, cToA]],
  [`${none}&id=a`, 'by the first of two, which is empty', []],
  ['?source_id=a', 'by source', [aToB, aToA]],
  ['?source_id=a,c', 'by two sources', [aToB, cToA, aToA]],
  ['?dest_id=a', 'by destination', [cToA, aToA]],
  ['?dest_id=a,c', 'by two destinations', [bToC, cToA, aToA]],
  ['?source_id=a&dest_id=b', 'by both', [aToB]],
  ['?dest_id=b&source_id=a', 'by both', [aToB]],
  ['?source_id=a&dest_id=c', 'by both, which nothing fits', []],
  ['?source_id=a&source_id=b', 'by the first source', [aToB, aToA]],
  ['?id=b&source_id=c', 'by id alone', [aToB, bToC]],
  ['?source_id=c&dest_id=a&id=b', 'by id alone', [aToB, bToC]],
  [`${none}&source_id=a`, 'by id alone, which is empty', []],
  [none, 'by an empty list', []],
  ['?id', 'by an empty list', []],
  ['?id=,', 'by an empty list', []],
  ['?source_id=', 'by an empty list', []],
  ['?dest_id=', 'by an empty list', []],
  ['?source_id=&dest_id=b', 'by an empty list and another', []],
  ['?id=,b', 'passes over empty items', [aToB, bToC]],
  ['?id=b,,', 'passes over empty items', [aToB, bToC]],
  ['?id=b%2Cx', 'takes a comma however it is written', [aToB, bToC]],
  ['?i%64=b', 'takes a name however it is written', [aToB, bToC]],
  ['?id=%62', 'takes an id however it is written', [aToB, bToC]],
  ['?ID=a', 'does not know the name in capitals', all],
  ['?Source_id=a', 'does not know the name in capitals', all],
  ['?other=a', 'does not know another name', all],
  ['?ids=a&id[]=b', 'does not know another name', all],
  ['?id=A', 'tells capitals in ids apart', []],
  ['?id=x', 'knows no such app', []],
  ['?id=a;b', 'takes a semicolon literally', []],
  ['?source_id=a;dest_id=b', 'takes a semicolon literally', []],
  ['?id=%zz', 'takes a wrong escape literally', []],
  ['?id=%ff', 'takes a byte that is no UTF-8 for no app', []],
  ['?&&id=b&', 'passes over empty pairs', [aToB, bToC]],
  ['?id=b#c', 'keeps what stands behind a hash', []],
  ['?id=b?c', 'takes a second question mark literally', []],
];

const odd = policy('a b', 'ü<&>\u2028');
const semicolon = policy('a;b', 'c,d');

/** The list, by every filter; v0 leaves ranges out, and its total counts what it shows. */
export const lists: Row[] = [
  ...filtered.flatMap(([query, about, shown]): Row[] => [
    { about, path: `${V1}/policies${query}`, given: all, status: 200, answer: listV1(...shown) },
    {
      about,
      path: `${V0}/policies${query}`,
      given: all,
      status: 200,
      answer: listV0(...shown.filter(({ start, end }) => start === end)),
    },
  ]),
  { about: 'is empty', path: `${V1}/policies`, status: 200, answer: '{"total_policies":0,"policies":[]}' },
  { about: 'is empty', path: `${V0}/policies`, status: 200, answer: '{"total_policies":0,"policies":[]}' },
  {
    about: 'hides ranges',
    path: `${V0}/policies`,
    given: [bToC],
    status: 200,
    answer: '{"total_policies":0,"policies":[]}',
  },
  {
    about: 'escapes as Go does',
    path: `${V1}/policies?id=a+b`,
    given: [odd],
    status: 200,
    answer:
      '{"total_policies":1,"policies":[{"source":{"id":"a b"},"destination":{"id":"ü\\u003c\\u0026\\u003e\\u2028","protocol":"tcp","ports":{"start":8080,"end":8080}}}]}',
  },
  {
    about: 'finds an id with a semicolon',
    path: `${V1}/policies?id=a;b`,
    given: [semicolon],
    status: 200,
    answer: listV1(semicolon),
  },
  {
    about: 'finds no id with a comma',
    path: `${V1}/policies?dest_id=c%2Cd`,
    given: [semicolon],
    status: 200,
    answer: listV1(),
  },
  {
    about: 'takes a query of 60 kB',
    path: `${V1}/policies?id=${Array.from({ length: 1_600 }, (_, i) => `${i}`.padStart(36, '0')).join()},b`,
    given: all,
    status: 200,
    answer: listV1(aToB, bToC),
  },
];

const tag = (id: string, number: string) => `{"id":"${id}","tag":"${number}","type":"app"}`;

/** Tags: the lowest free ones, source before destination. */
export const tags: Row[] = [
  { about: 'is empty', path: `${V1}/tags`, status: 200, answer: '{"tags":[]}' },
  {
    about: 'is sorted by tag',
    path: `${V1}/tags`,
    given: [policy('z', 'b'), policy('a', 'z')],
    status: 200,
    answer: `{"tags":[${tag('z', '0001')},${tag('b', '0002')},${tag('a', '0003')}]}`,
  },
  {
    about: 'is the same in v0',
    path: `${V0}/tags`,
    given: [policy('z', 'b')],
    status: 200,
    answer: `{"tags":[${tag('z', '0001')},${tag('b', '0002')}]}`,
  },
  {
    about: 'counts in capitals',
    path: `${V1}/tags`,
    given: Array.from({ length: 6 }, (_, i) => policy(`s${i}`, `d${i}`)),
    status: 200,
    answer:
      /^\{"tags":\[.*,\{"id":"d4","tag":"000A","type":"app"\},\{"id":"s5","tag":"000B","type":"app"\},\{"id":"d5","tag":"000C","type":"app"\}\]\}$/,
  },
];
