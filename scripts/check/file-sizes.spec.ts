import { objectionsTo } from './file-sizes.mjs';

const sizes = (...lines: number[]) => lines.map((each, i) => ({ file: `libs/a/src/${i}.ts`, lines: each }));
const rulesBroken = (...lines: number[]) => objectionsTo(sizes(...lines)).map(({ rule }) => rule);

it('lets one file in ten be long', () => expect(rulesBroken(280, ...Array<number>(9).fill(10))).toEqual([]));

it('names every long file when there are more', () => {
  const findings = objectionsTo(sizes(280, 400, ...Array<number>(9).fill(10)));
  expect(findings.map(({ file }) => file)).toEqual(['libs/a/src/1.ts', 'libs/a/src/0.ts']);
});

it('does not call 279 lines long', () => expect(rulesBroken(279, 279, 10, 10, 10)).toEqual([]));

it('wants the median file to be short', () => {
  expect(rulesBroken(80, 80, 80)).toEqual([]);
  expect(rulesBroken(10, 81, 82)).toEqual(['median-size']);
});

it('has nothing to say about no files', () => expect(rulesBroken()).toEqual([]));
