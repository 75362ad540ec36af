/**
 * A suite that needs Linux and root: network namespaces, nftables, VXLAN. Elsewhere it is skipped, and says so.
 */
export function describeAsRoot(name: string, suite: () => void): void {
  const reason = reasonToSkip();
  if (!reason) return describe(name, suite);
  process.stderr.write(`skipped: ${name} (${reason})\n`);
  describe.skip(`${name} (${reason})`, suite);
}

function reasonToSkip(): string | null {
  if (process.platform !== 'linux') return 'needs Linux';
  return process.getuid?.() === 0 ? null : 'needs root';
}
