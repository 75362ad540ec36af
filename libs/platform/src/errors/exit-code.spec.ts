import { FatalError, UserError } from './errors';
import { reportAndExitCode } from './exit-code';

function report(error: unknown, debug = false) {
  let text = '';
  const code = reportAndExitCode(error, { write: (part: string) => (text += part) }, { debug });
  return { code, text };
}

describe('how a program ends', () => {
  it('says one sentence and exits with 2 for a user error', () =>
    expect(report(new UserError('port-invalid', "--port is 'x': give a number"))).toEqual({
      code: 2,
      text: "--port is 'x': give a number\n",
    }));

  it('says one sentence and exits with 1 for a fatal error', () =>
    expect(report(new FatalError('nft is not installed: install it'))).toEqual({
      code: 1,
      text: 'nft is not installed: install it\n',
    }));

  it.each([new TypeError('x is undefined'), 'a thrown text', undefined])('calls anything else a bug: %s', (thrown) => {
    const { code, text } = report(thrown);
    expect(code).toBe(70);
    expect(text).toMatch(/This is a bug in Heddle: .*\n$/);
  });

  it('shows the trace of a bug and of what caused it', () => {
    const { text } = report(new TypeError('outer', { cause: new RangeError('inner') }));
    expect(text).toMatch(/TypeError: outer\n +at .*\ncaused by: RangeError: inner\n +at /s);
  });

  it('shows traces and causes of foreseen errors only when asked', () => {
    const error = new FatalError('disk is full', { cause: new Error('ENOSPC') });
    expect(report(error).text).toBe('disk is full\n');
    expect(report(error, true).text).toMatch(/FatalError: disk is full\n +at .*caused by: Error: ENOSPC/s);
  });
});
