import { UserError } from '@heddle/platform/errors';
import type { WhichLease } from '../api/api-client';

/**
 * A lease by the name of its cell or by its subnet, which alone has a slash.
 * @throws {UserError} when it is empty.
 */
export function whichLease(text: string): WhichLease {
  if (text === '')
    throw new UserError('argument-invalid', 'the cell is empty, but must be a name such as cell-7, or a subnet');
  return text.includes('/') ? { subnet: text } : { cell: text };
}
