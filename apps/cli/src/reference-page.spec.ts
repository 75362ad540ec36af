import { renderCliReference } from './reference-page';

let page: string;
beforeAll(async () => {
  page = await renderCliReference();
});

it('has a section for each command, the ones above before the ones under them', () => {
  const commands = [...page.matchAll(/^## (.*)$/gm)].map(([, command]) => command);
  expect(commands).toEqual(
    expect.arrayContaining(['heddle', 'heddle policy add', 'heddle changes show', 'heddle wait']),
  );
  expect(new Set(commands).size).toBe(commands.length);
  expect(commands[0]).toBe('heddle');
});

it('shows what each command says of itself, with its examples', () => {
  const section = page.split('## heddle wait\n')[1]?.split('\n## ')[0];
  expect(section).toMatch(/^\n```text\nUsage: heddle wait \[options\]\n/);
  expect(section).toContain('  $ heddle wait --change 12\n');
  expect(section?.trimEnd().endsWith('```')).toBe(true);
});

it('fits 100 columns inside of the frames', () => {
  const framed = page.split('```').filter((_, i) => i % 2 === 1);
  expect(framed.flatMap((text) => text.split('\n')).filter((line) => line.length > 100)).toEqual([]);
});
