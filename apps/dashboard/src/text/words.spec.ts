import { allow, change } from '../picture/samples';
import { changeInWords, enforcementInWords, policyInWords, shortApp } from './words';

describe('words', () => {
  it('name one port or a range', () => {
    expect(policyInWords(allow('visitor', 'homeowner'))).toBe('visitor → homeowner tcp 8080');
    expect(policyInWords({ ...allow('a', 'b', 5000), protocol: 'udp', end: 5010 })).toBe('a → b udp 5000–5010');
  });

  it('keep both ends of a long app', () => {
    expect(shortApp('visitor')).toBe('visitor');
    expect(shortApp('3f2a91bc-5d70-4f7e-9a53-0c1d8fe277e0')).toBe('3f2a91bc-5d70-4f…277e0');
  });

  it('tell a change as a sentence, and a large batch by numbers', () => {
    expect(changeInWords(change(7, [allow('a', 'b')], [allow('c', 'd')]))).toBe(
      'Change 7 by admin: allowed a to b tcp 8080, forbade c to d tcp 8080',
    );
    const many = [1, 2, 3, 4].map((port) => allow('a', 'b', port));
    expect(changeInWords(change(8, many))).toBe('Change 8 by admin: 4 allowed, 0 forbidden');
  });

  it('tell where a change is in force', () => {
    const enforcement = { state: 'pending', cellsConcerned: 2, cellsEnforcing: 1, slowestMs: 1, cells: [] } as const;
    expect(enforcementInWords({ ...enforcement, cells: [] })).toBe('in force on 1 of 2 cells');
    expect(enforcementInWords({ ...enforcement, cellsConcerned: 1, cells: [] })).toBe('in force on 1 of 1 cell');
    expect(enforcementInWords({ ...enforcement, cellsConcerned: 0, cells: [] })).toBe('concerns no cell');
  });
});
