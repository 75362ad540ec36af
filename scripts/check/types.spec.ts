import { parseDiagnostics } from './types.mjs';

it('reads what the compiler says of a file, and of the project', () => {
  const output = [
    "libs/a/src/b.ts(12,7): error TS2322: Type 'string' is not assignable to type 'number'.",
    '  more of the same',
    "error TS18003: No inputs were found in config file 'tsconfig.json'.",
    '',
  ].join('\n');
  expect(parseDiagnostics(output)).toEqual([
    {
      rule: 'TS2322',
      file: 'libs/a/src/b.ts',
      line: 12,
      message: "Type 'string' is not assignable to type 'number'.",
    },
    { rule: 'TS18003', file: 'tsconfig.json', message: "No inputs were found in config file 'tsconfig.json'." },
  ]);
});
