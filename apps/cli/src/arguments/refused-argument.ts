import { UserError } from '@heddle/platform/errors';

/** An argument that cannot be taken as it is. `expects` completes "must be …". */
export function refusedArgument(name: string, text: string, expects: string): UserError {
  return new UserError('argument-invalid', `${name} is '${text}', but must be ${expects}`);
}
