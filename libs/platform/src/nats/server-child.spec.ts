import { levelOf } from './server-child';

it.each([
  ['ERR', 'JetStream out of space', 'error'],
  ['FTL', 'cannot listen', 'error'],
  ['WRN', 'Filesystem permissions of the store are too open', 'warn'],
  ['WRN', 'Plaintext passwords detected, use nkeys or bcrypt', 'debug'],
  ['WRN', 'Maximum payloads over 8.00 MB are generally discouraged and could lead to poor performance', 'debug'],
  ['INF', 'Server is ready', 'debug'],
  ['', 'a line of another form', 'debug'],
])('logs [%s] %s as %s', (level, text, logged) => expect(levelOf(level, text)).toBe(logged));
