import { atOnce } from '@heddle/domain';
import { enteredFirst, type Chains, type HeldChains } from './chains';
import { renderDelta as deltaInSteps, renderDeltas, renderRemoval } from './delta';

const chains = (named: Readonly<Record<string, readonly string[]>>) => new Map(Object.entries(named));
const held = (named: Readonly<Record<string, readonly string[]>>, entrances = enteredFirst('filter')): HeldChains => ({
  chains: chains(named),
  entrances,
});
const renderDelta = (from: HeldChains, to: Chains) => atOnce(deltaInSteps('filter', from, to));

describe('the difference between two sets of chains', () => {
  it('is nothing between equals, whatever the order of the chains', () =>
    expect(renderDelta(held({ a: ['-j b'], b: [] }), chains({ b: [], a: ['-j b'] }))).toEqual({
      text: '',
      added: 0,
      removed: 0,
    }));

  it('writes the chain that differs and no other', () =>
    expect(renderDelta(held({ a: ['-g x'], b: ['1', '2'] }), chains({ a: ['-g x'], b: ['1', '3', '4'] }))).toEqual({
      text: '*filter\n:b - [0:0]\n-A b 1\n-A b 3\n-A b 4\nCOMMIT\n',
      added: 2,
      removed: 1,
    }));

  it('minds the order of rules', () =>
    expect(renderDelta(held({ a: ['1', '2'] }), chains({ a: ['2', '1'] })).text).toBe(
      '*filter\n:a - [0:0]\n-A a 2\n-A a 1\nCOMMIT\n',
    ));

  it('declares chains before rules lead to them, and removes them when none does any more', () =>
    expect(renderDelta(held({ a: ['-g old'], old: ['1'] }), chains({ a: ['-g new'], new: ['1'] }))).toEqual({
      text: '*filter\n:a - [0:0]\n:new - [0:0]\n:old - [0:0]\n-A a -g new\n-A new 1\n-X old\nCOMMIT\n',
      added: 2,
      removed: 2,
    }));

  it.each([
    ['where there is none', [], '-I FORWARD 1 -j heddle-forward\n'],
    ['where others stand before it', [2], '-D FORWARD -j heddle-forward\n-I FORWARD 1 -j heddle-forward\n'],
    [
      'where there are two',
      [1, 3],
      '-D FORWARD -j heddle-forward\n-D FORWARD -j heddle-forward\n-I FORWARD 1 -j heddle-forward\n',
    ],
  ])('puts the way in right %s', (_, FORWARD, lines) =>
    expect(renderDelta(held({ a: [] }, { FORWARD, INPUT: [1] }), chains({ a: [] }))).toEqual({
      text: `*filter\n${lines}COMMIT\n`,
      added: 0,
      removed: 0,
    }),
  );
});

it('the differences of both tables are one text, and addresses are rewritten before anything is let pass', () => {
  const empty = { nat: held({}, enteredFirst('nat')), filter: held({}) };
  expect(atOnce(renderDeltas(empty, { nat: chains({ n: ['1'] }), filter: chains({ f: ['2', '3'] }) }))).toEqual({
    text: '*nat\n:n - [0:0]\n-A n 1\nCOMMIT\n*filter\n:f - [0:0]\n-A f 2\n-A f 3\nCOMMIT\n',
    added: 3,
    removed: 0,
  });
});

describe('the removal', () => {
  it('takes the ways in, the rules, and then the chains', () =>
    expect(renderRemoval('filter', held({ a: ['-g b'], b: ['1'] }, { FORWARD: [1, 4], INPUT: [] }))).toBe(
      '*filter\n:a - [0:0]\n:b - [0:0]\n-D FORWARD -j heddle-forward\n-D FORWARD -j heddle-forward\n-X a\n-X b\nCOMMIT\n',
    ));

  it('is nothing where there is nothing', () =>
    expect(renderRemoval('filter', held({}, { FORWARD: [], INPUT: [] }))).toBe(''));
});
