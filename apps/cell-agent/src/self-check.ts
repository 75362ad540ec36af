import type { Peer } from '@heddle/calc';
import { checkOverlay, type Finding, type OverlayCheck } from '@heddle/dataplane';
import { messageOf } from '@heddle/platform';
import type { Alarms } from './alarms';
import type { Tunnels } from './tunnels';

/** How many peers an operator's check sends packets to; those of a cell with thousands are tried by chance. */
const MOST_PROBED = 8;

/** Tries the overlay of this cell. */
export class SelfCheck {
  private running: Promise<OverlayCheck> | undefined;

  constructor(
    private readonly tunnels: Pick<Tunnels, 'wanted' | 'peers'>,
    private readonly alarms: Alarms,
  ) {}

  /** What is wrong, as far as this cell can tell; who asks while a check runs gets its answer. */
  check(mostProbed = MOST_PROBED): Promise<OverlayCheck> {
    this.running ??= this.checkNow(mostProbed).finally(() => (this.running = undefined));
    return this.running;
  }

  /** Tries one peer in the background; what is found becomes an alarm. */
  test(): void {
    this.check(1).then(
      ({ findings }) => this.alarms.report('self-test-failed', findings[0]?.message ?? null),
      (error: unknown) => this.alarms.raise('self-test-failed', `the overlay cannot be tried: ${messageOf(error)}`),
    );
  }

  private async checkNow(mostProbed: number): Promise<OverlayCheck> {
    const { wanted: vtep, peers } = this.tunnels;
    if (!vtep) return { peers: 0, probed: [], findings: [...this.alarms.list().map(findingOf)] };
    return checkOverlay({ vtep, peers, probed: someOf(peers, mostProbed) });
  }
}

/** Why there is no overlay on this cell. */
function findingOf({ message }: { readonly message: string }): Finding {
  return { code: 'vtep-missing', peer: null, message };
}

/** Some of them by chance, so that in time all are tried. */
function someOf(peers: readonly Peer[], most: number): Peer[] {
  const left = [...peers];
  return Array.from({ length: Math.min(most, left.length) }, () => {
    const [taken] = left.splice(Math.floor(Math.random() * left.length), 1);
    return taken as Peer;
  });
}
