import { createLogger } from './logger';

function logged(level: 'info' | 'silent', write: (log: ReturnType<typeof createLogger>) => void): unknown[] {
  const lines: string[] = [];
  write(createLogger({ name: 'test', level, destination: { write: (line: string) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('the log', () => {
  it('is one JSON object per line, with the name of the program', () =>
    expect(logged('info', (log) => log.info({ cell: 'cell-1' }, 'cell is live'))).toMatchObject([
      { name: 'test', level: 30, cell: 'cell-1', msg: 'cell is live' },
    ]));

  it('leaves out what is below its level', () => {
    expect(logged('info', (log) => log.debug('x'))).toEqual([]);
    expect(logged('silent', (log) => log.fatal('x'))).toEqual([]);
  });

  it.each([
    { token: 'hunter2' },
    { password: 'hunter2' },
    { users: { pass: 'hunter2' } },
    { headers: { authorization: 'bearer hunter2' } },
    { req: { headers: { authorization: 'bearer hunter2', cookie: 'hunter2' } } },
  ])('does not show the secret in %j', (record) => {
    const text = JSON.stringify(logged('info', (log) => log.info(record)));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('[not logged]');
  });
});
