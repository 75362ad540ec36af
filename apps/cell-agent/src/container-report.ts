import type { CellSettings, ContainersReport, ReportedLocal } from '@heddle/cell-protocol';
import { localContainer, type Container } from './container';

/**
 * What the control plane is told of the containers of a cell: those of apps, for no policy is about the others; and all of them as the
 * rules of the cell follow from them, with the settings of the agent, so that the rules of a moment can be worked out later.
 */
export function reportOf(cell: string, held: readonly Container[], settings?: CellSettings): ContainersReport {
  const containers = held.flatMap(({ app, handle, index, address, space, org }) =>
    app === null ? [] : [{ handle, app, index, address, space, org }],
  );
  return { cell, containers, local: held.map(localOf), namesSpaces: true, ...(settings && { settings }) };
}

function localOf(container: Container): ReportedLocal {
  const { handle, app, address, given, space, netOut } = container;
  const { workload = null, published = [] } = localContainer(container).outside ?? {};
  return {
    ...{ handle, app, address, isGiven: given !== null, space, workload, published: [...published] },
    ownRules: netOut === null ? 'none' : netOut.length === 0 ? 'empty' : 'untold',
  };
}
