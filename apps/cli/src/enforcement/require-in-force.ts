import { NotInForce } from '../endings';
import type { Session } from '../session/session';
import { enforcementText, missingCells } from './enforcement-text';
import { waitUntilInForce } from './wait-until-in-force';

/**
 * Waits until a change is in force, and prints where it is.
 * @throws {NotInForce} when the time is over before; what is known has been printed then.
 */
export async function requireInForce(
  { api, printer, signal }: Pick<Session, 'api' | 'printer' | 'signal'>,
  seq: number,
  seconds: number,
): Promise<void> {
  const change = await waitUntilInForce(api, seq, seconds * 1000, signal);
  printer.print(change, (page) => enforcementText(change, page));
  if (change.enforcement.state !== 'in-force') throw new NotInForce(missingCells(change, seconds));
}
