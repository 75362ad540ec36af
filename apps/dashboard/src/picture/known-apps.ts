import type { Allowances } from './allowances';
import type { CellBook } from './cell-book';

/** Every app that takes part in a policy or has a container, by name. */
export function knownApps(allowances: Allowances | null, cells: CellBook | null): string[] {
  const apps = new Set<string>();
  for (const { source, destination } of allowances?.values() ?? []) apps.add(source).add(destination);
  for (const { containers } of cells?.values() ?? []) for (const { app } of containers) apps.add(app);
  return [...apps].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
