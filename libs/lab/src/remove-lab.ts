import { messageOf } from '@heddle/platform';
import { forgetLab, notedNamespaces } from './lab-directory';
import { removeNamespace } from './namespace';
import { removeHostLink } from './underlay';

/**
 * Removes everything a lab consists of, whoever made it: processes, namespaces and with them devices and tables. Each step is
 * tried even if another fails.
 * @throws {AggregateError} naming what could not be removed.
 */
export async function removeLab(): Promise<void> {
  const failures: Error[] = [];
  const attempt = (what: string, step: Promise<void>): Promise<unknown> =>
    step.catch((cause: unknown) => failures.push(new Error(`${what}: ${messageOf(cause)}`, { cause })));
  for (const name of await notedNamespaces()) await attempt(name, removeNamespace(name));
  await attempt('the link to the underlay', removeHostLink());
  if (failures.length > 0)
    throw new AggregateError(failures, `the lab could not be removed wholly: ${failures.map(messageOf).join('; ')}`);
  await forgetLab();
}
