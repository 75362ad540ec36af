import { UserError } from '@heddle/platform';

/** What an error is about: the codes of the CNI specification, and from 100 on Heddle's own. */
export const CniCode = {
  incompatibleVersion: 1,
  unknownContainer: 3,
  invalidEnvironment: 4,
  invalidConfig: 7,
  tryAgainLater: 11,
  unavailable: 50,
  failed: 100,
  addressesExhausted: 101,
  handleTaken: 102,
  different: 103,
} as const;

/** A command of a container runtime that is not done. */
export class CniError extends UserError {
  /**
   * @param number from {@link CniCode}
   * @param details what a program that knows other plugins may look for
   */
  constructor(
    readonly number: number,
    message: string,
    readonly details?: string,
  ) {
    super('cni', message);
  }
}
