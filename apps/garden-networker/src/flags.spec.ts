import { checkAsked, flagsIn } from './flags';

const none = { action: '', handle: '', configFile: '', extra: [] };

it.each<[string, object]>([
  ['--configFile=/c.json --action up --handle h', { action: 'up', handle: 'h', configFile: '/c.json' }],
  ['-action=down -handle h', { action: 'down', handle: 'h' }],
  ['--action=a=b', { action: 'a=b' }],
  ['--action=', {}],
  ['--action up --action down', { action: 'down' }],
  ['--action up more --handle h', { action: 'up', extra: ['more', '--handle', 'h'] }],
  ['--handle h -- --action up', { handle: 'h', extra: ['--action', 'up'] }],
  ['-', { extra: ['-'] }],
  ['', {}],
])('reads %s', (line, read) => expect(flagsIn(line.split(' ').filter(Boolean))).toEqual({ ...none, ...read }));

it.each([
  ['--action up --banana', 'flag provided but not defined: -banana'],
  ['-banana=1', 'flag provided but not defined: -banana'],
  ['--handle h --action', 'flag needs an argument: -action'],
])('refuses %s', (line, words) => expect(() => flagsIn(line.split(' '))).toThrow(words));

const whole = { ...none, action: 'up', handle: 'h' };

it.each<[object, string]>([
  [{ extra: ['something-else', 'x'] }, 'unexpected extra args: [something-else x]'],
  [{ handle: '' }, "missing required flag 'handle'"],
  [{ action: '' }, "missing required flag 'action'"],
  [{ handle: '../etc' }, "handle '../etc': must be letters"],
  [{ handle: 'a/b' }, "handle 'a/b': must be letters"],
])('refuses %j', (flags, words) => expect(() => checkAsked({ ...whole, ...flags })).toThrow(words));

it('takes what Guardian and Diego call containers', () => {
  for (const handle of ['c1', 'check-7f1c7a5e-9d0a-4c5e-6d0f-3d1f', 'executor_healthcheck.1'])
    expect(() => checkAsked({ ...whole, handle })).not.toThrow();
});
