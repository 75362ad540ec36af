import type { Io, Sink } from '../io';
import { type Page, pageOf } from './page';

/** The ways to print an answer. */
export const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Text for people; needs no line break at its end. */
export type AsText = (page: Page) => string;

/** Prints answers: for people as text, for programs as the objects they are. */
export class Printer {
  constructor(
    private readonly io: Pick<Io, 'stdout' | 'stderr' | 'env' | 'now' | 'timeZone' | 'signal'>,
    private readonly format: OutputFormat,
  ) {}

  /** Prints the whole answer of a command. */
  print(answer: unknown, asText: AsText): void {
    this.write(answer, asText, (json) => JSON.stringify(json, null, 2));
  }

  /** Prints one of many answers that come one after the other: JSON a line each, YAML a document each. */
  printNext(answer: unknown, asText: AsText): void {
    this.write(answer, asText, (json) => JSON.stringify(json), '---\n');
  }

  /** Passes on a portion of an answer that is text in a format of its own. */
  pass(portion: string): void {
    this.io.stdout.write(portion);
  }

  /** Tells people how things stand, before the answer; programs wait for the answer. */
  tell(asText: AsText): void {
    if (this.format === 'table') writeLine(this.io.stdout, asText(pageOf(this.io)));
  }

  /** Says something beside the answer, on stderr. */
  note(sentence: string): void {
    writeLine(this.io.stderr, sentence);
  }

  private write(answer: unknown, asText: AsText, asJson: (answer: unknown) => string, yamlMark = ''): void {
    switch (this.format) {
      case 'table':
        return writeLine(this.io.stdout, asText(pageOf(this.io)));
      case 'json':
        return writeLine(this.io.stdout, asJson(answer));
      case 'yaml':
        return writeLine(this.io.stdout, yamlMark + asYaml(answer));
    }
  }
}

function asYaml(answer: unknown): string {
  // Loaded by who wants it: it takes as long to load as a request does.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- answers are printed at once
  const { stringify } = require('yaml') as typeof import('yaml');
  // Anchors for repeated objects and folded lines are YAML too, but not for every reader.
  return stringify(answer, { lineWidth: 0, aliasDuplicateObjects: false });
}

function writeLine(sink: Sink, text: string): void {
  sink.write(text.endsWith('\n') ? text : `${text}\n`);
}
