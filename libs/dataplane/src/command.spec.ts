import { CommandFailed, runCommand } from './command';
import { DataplaneUnavailable } from './dataplane-unavailable';

describe('running a command', () => {
  it('gives it standard input and returns standard output', async () => {
    await expect(runCommand('cat', [], { stdin: 'warp and weft' })).resolves.toBe('warp and weft');
  });

  it('fails with the exit code and the words of the command', async () => {
    const failure = runCommand('sh', ['-c', 'echo half; echo broken thread >&2; exit 3']);
    await expect(failure).rejects.toMatchObject({
      name: 'CommandFailed',
      exitCode: 3,
      stderr: 'broken thread\n',
      stdout: 'half\n',
      message: 'sh -c echo half; echo broken thread >&2; exit 3: broken thread',
    });
  });

  it('says what to install when the command is not there', async () => {
    const failure = runCommand('heddle-has-no-such', []);
    await expect(failure).rejects.toBeInstanceOf(DataplaneUnavailable);
    await expect(failure).rejects.toThrow(
      'the command heddle-has-no-such is not on this machine; install the package that has heddle-has-no-such',
    );
  });

  it('kills what takes too long', async () => {
    const failure = runCommand('sleep', ['30'], { timeoutMs: 50 });
    await expect(failure).rejects.toBeInstanceOf(CommandFailed);
    await expect(failure).rejects.toMatchObject({ exitCode: null, stderr: 'killed by SIGKILL (it had 50 ms)' });
  });

  it('does not mind a command that leaves its input unread', async () => {
    await expect(runCommand('true', [], { stdin: 'x'.repeat(1_000_000) })).resolves.toBe('');
  });
});
