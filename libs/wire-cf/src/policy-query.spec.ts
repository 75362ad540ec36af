import { parsePolicyQuery } from './policy-query';

describe('the query of a list', () => {
  it.each([
    ['', {}],
    ['id=a,b', { either: ['a', 'b'] }],
    ['id=a%2Cb', { either: ['a', 'b'] }],
    ['id=', { either: [] }],
    ['id=,a', { either: ['a'] }],
    ['id=a&id=b', { either: ['a'] }],
    ['source_id=a&dest_id=b', { sources: ['a'], destinations: ['b'] }],
    ['id=x&source_id=a', { either: ['x'] }],
    ['ID=x', {}],
    ['id', { either: [] }],
    ['id=a;b', { either: ['a;b'] }],
    ['id=a+b,%zz', { either: ['a b', '%zz'] }],
    ['id=&id=a', { either: [] }],
  ])('%s', (query, wanted) => expect(parsePolicyQuery(query)).toEqual(wanted));
});
