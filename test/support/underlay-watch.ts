import type { OverlayCell } from './overlay-cells';

/** What has come to a cell through the tunnels since it is watched. */
export interface Tunnelled {
  /** Packets without the group policy extension. */
  readonly plain: number;
  /** Packets of this tag. */
  readonly tagged: number;
}

const [GROUP_POLICY, TAG] = ['@th,64,8 & 0x80 == 0x80', '@th,80,16'];

/** Counts the tunnel packets that come to a cell, by the header on the wire: with which tag, or with none. */
export function watchTunnels(cell: OverlayCell, tag: number): { seen(): Tunnelled; stop(): void } {
  cell.namespace.run(
    'nft',
    `table ip watch {
      counter plain {}
      counter tagged {}
      chain arriving {
        type filter hook prerouting priority raw;
        udp dport 4789 @th,64,8 & 0x80 == 0 counter name plain
        udp dport 4789 ${GROUP_POLICY} ${TAG} ${tag} counter name tagged
      }
    }`,
  );
  const count = (name: string): number =>
    Number(/packets (\d+)/.exec(cell.run(`nft list counter ip watch ${name}`))?.[1]);
  return {
    seen: () => ({ plain: count('plain'), tagged: count('tagged') }),
    stop: () => void cell.run('nft delete table ip watch'),
  };
}
