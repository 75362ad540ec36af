import type { OverlayCell } from './overlay-cells';

/** What a test asks the kernel of a cell about the way to the outside. */
export interface OutsideRules {
  /** Settings of an agent that programs them. */
  readonly settings: NodeJS.ProcessEnv;
  /** All of it, as text. */
  list(cell: OverlayCell): string;
  /** How many connections were logged because a group wants them logged. */
  logged(cell: OverlayCell): number;
  /** How many connections were too many, in a dry run. */
  tooMany(cell: OverlayCell): number;
  /** The chains that say what may be reached. */
  reaches(cell: OverlayCell): string[];
  /** How many containers may reach anything beside what all may. */
  ways(cell: OverlayCell): number;
}

/** @param backend by the name that tests give it */
export function outsideRulesOf(backend: string): OutsideRules {
  return backend === 'nftables' ? nftables : iptables(backend);
}

const nftables: OutsideRules = {
  settings: { HEDDLE_DATAPLANE: 'nftables' },
  list: (cell) => cell.run('nft list table ip heddle'),
  logged: (cell) =>
    Number(/ct state [^\n]* counter packets (\d+) /.exec(cell.run('nft list chain ip heddle logged'))?.[1]),
  tooMany: (cell) => Number(/^\s+counter packets (\d+)/m.exec(cell.run('nft list chain ip heddle too_many'))?.[1]),
  reaches: (cell) => cell.run('nft list table ip heddle').match(/chain reach_\w+/g) ?? [],
  ways: (cell) => cell.run('nft list map ip heddle own_reach').match(/jump reach_\w+/g)?.length ?? 0,
};

function iptables(command: string): OutsideRules {
  const list = (cell: OverlayCell): string => cell.run(`${command}-save -c -t filter`);
  const packets = (cell: OverlayCell, rule: RegExp): number => {
    const line = list(cell)
      .split('\n')
      .find((each) => rule.test(each));
    return Number(/^\[(\d+):/.exec(line ?? '')?.[1]);
  };
  return {
    settings: { HEDDLE_DATAPLANE: 'iptables', HEDDLE_IPTABLES: command },
    list,
    logged: (cell) => packets(cell, /-A heddle-logged ! -p udp/),
    tooMany: (cell) => packets(cell, /-A heddle-too-many -j RETURN/),
    reaches: (cell) => list(cell).match(/^:heddle-may-\w+/gm) ?? [],
    ways: (cell) => list(cell).match(/-A heddle-out-\S+ -s \S+ -g heddle-way-/g)?.length ?? 0,
  };
}
