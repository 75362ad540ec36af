import { Command, Option } from 'commander';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { parseReason } from '../arguments/reason';
import { Faulty } from '../endings';
import type { Io } from '../io';
import { count } from '../output/enumerate';
import { formatTime } from '../output/time';
import { openSession } from '../session/session';
import { breakText, statusText } from './audit-text';

/** `heddle audit status`. */
export function auditStatusCommand(io: Io): Command {
  const command = new Command('status').description(
    'whether the log is as it was written; the exit code is 4 when not',
  );
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const status = await api.auditStatus();
    printer.print(status, (page) => statusText(status, page));
    if (status.state === 'broken') throw new Faulty();
  });
}

/** `heddle audit acknowledge`. */
export function acknowledgeCommand(io: Io): Command {
  const command = new Command('acknowledge')
    .description('let a log that is not as it was written take changes again; itself a change')
    .addOption(
      new Option('--reason <text>', 'what was found out; kept with the change')
        .argParser(parseReason)
        .makeOptionMandatory(),
    );
  return withSharedOptions(command).action(async ({ reason, ...options }: SharedOptions & { reason: string }) => {
    const { api, printer } = await openSession(io, options);
    const answer = await api.acknowledge(reason);
    printer.print(answer, () =>
      [
        `the log takes changes again: ${count(answer.acknowledged.length, 'break')} acknowledged in change ${answer.change}`,
        ...answer.acknowledged.map(breakText),
      ].join('\n'),
    );
  });
}

/** `heddle audit checkpoint`. */
export function checkpointCommand(io: Io): Command {
  const command = new Command('checkpoint').description('have the log signed as it is now');
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const answer = await api.signCheckpoint();
    const { seq, digest, time, keyId } = answer.checkpoint;
    printer.print(
      answer,
      (page) => `the log up to change ${seq} is ${digest}\nsigned ${formatTime(time, page)} with key ${keyId}`,
    );
  });
}

/** `heddle audit key`. */
export function keyCommand(io: Io): Command {
  const command = new Command('key').description('print the public keys of the control plane, to keep them elsewhere');
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const answer = await api.auditKeys();
    printer.print(answer, () => answer.keys.map(({ pem }) => pem).join(''));
  });
}
