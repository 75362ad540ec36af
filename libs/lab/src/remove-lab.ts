import { messageOf } from '@heddle/platform';
import { forgetLab, notedNamespaces } from './lab-directory';
import { removeNamespace } from './namespace';
import { UNDERLAY } from './underlay';

/**
 * Removes everything a lab consists of, whoever made it: processes, namespaces and with them devices and tables. Each step is
 * tried even if another fails.
 * @throws {AggregateError} naming what could not be removed.
 */
export async function removeLab(): Promise<void> {
  const failures: Error[] = [];
  // The underlay goes last: with it goes the machine's own link.
  const names = (await notedNamespaces()).sort((a, b) => Number(a === UNDERLAY) - Number(b === UNDERLAY));
  for (const name of names) {
    await removeNamespace(name).catch((cause: unknown) =>
      failures.push(new Error(`${name}: ${messageOf(cause)}`, { cause })),
    );
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the lab could not be removed wholly: ${failures.map(messageOf).join('; ')}`);
  await forgetLab();
}
