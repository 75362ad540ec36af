import { parseAllDocuments } from 'yaml';
import { capturedIo } from '../testing/captured-io';
import { Printer } from './printer';

const policy = { source: 'a: b', note: 'x'.repeat(200) };
const answer = { first: policy, again: policy, none: null };
const text = () => 'words';

it('prints text for people', () => {
  const io = capturedIo();
  new Printer(io, 'table').print(answer, text);
  expect(io.out()).toBe('words\n');
});

it('prints one JSON object, and nothing of what is told to people', () => {
  const io = capturedIo();
  const printer = new Printer(io, 'json');
  printer.tell(text);
  printer.note('a note');
  printer.print(answer, text);
  expect(JSON.parse(io.out())).toEqual(answer);
  expect(io.err()).toBe('a note\n');
});

it('prints YAML that needs neither anchors nor folded lines', () => {
  const io = capturedIo();
  new Printer(io, 'yaml').print(answer, text);
  const note = `  note: ${policy.note}\n`;
  expect(io.out()).toBe(`first:\n  source: "a: b"\n${note}again:\n  source: "a: b"\n${note}none: null\n`);
});

it('prints one of many as a line of JSON or a document of YAML', () => {
  const [json, yaml] = [capturedIo(), capturedIo()];
  for (const item of [{ n: 1 }, { n: 2 }]) {
    new Printer(json, 'json').printNext(item, text);
    new Printer(yaml, 'yaml').printNext(item, text);
  }
  expect(json.out()).toBe('{"n":1}\n{"n":2}\n');
  expect(parseAllDocuments(yaml.out()).map((document): unknown => document.toJS())).toEqual([{ n: 1 }, { n: 2 }]);
});
