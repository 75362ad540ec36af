import type { Command } from 'commander';
import type { Io } from './io';
import { PAGE_WIDTH } from './output/page';
import { heddleProgram } from './program';

const INTRODUCTION = `# Command line

What \`heddle --help\` and \`heddle <command> --help\` say. With \`--output json\` or \`--output yaml\` a command prints the
objects of the [HTTP API](configuration.md#heddle_url) as they are, and nothing else on stdout; notes and errors go to
stderr.`;

/** The reference page of all commands, in Markdown, from their own help texts alone. */
export async function renderCliReference(): Promise<string> {
  return `${[INTRODUCTION, ...(await sectionsOf([]))].join('\n\n')}\n`;
}

/** The section of the command at `path`, and those of the commands under it. */
async function sectionsOf(path: readonly string[]): Promise<string[]> {
  const { text, below } = await helpOf(path);
  const section = `## ${['heddle', ...path].join(' ')}\n\n\`\`\`text\n${text.trim()}\n\`\`\``;
  const under = await Promise.all(below.map(async (name) => sectionsOf([...path, name])));
  return [section, ...under.flat()];
}

async function helpOf(path: readonly string[]): Promise<{ text: string; below: string[] }> {
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text), columns: PAGE_WIDTH };
  const io: Io = {
    stdout: sink,
    stderr: sink,
    env: {},
    signal: new AbortController().signal,
    now: () => new Date(0),
  };
  const command = path.reduce<Command>(childOf, await heddleProgram(io, path));
  command.outputHelp();
  return { text: written.join(''), below: command.commands.map((child) => child.name()) };
}

function childOf(command: Command, name: string): Command {
  const child = command.commands.find((candidate) => candidate.name() === name);
  if (!child) throw new Error(`${command.name()} has no command ${name}`);
  return child;
}
