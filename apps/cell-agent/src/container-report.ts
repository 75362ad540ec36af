import type { ContainersReport } from '@heddle/cell-protocol';
import type { Container } from './container';

/** What the control plane is told of the containers of a cell: those of apps, for no policy is about the others. */
export function reportOf(cell: string, held: readonly Container[]): ContainersReport {
  const containers = held.flatMap(({ app, handle, index, address, space, org }) =>
    app === null ? [] : [{ handle, app, index, address, space, org }],
  );
  return { cell, containers };
}
