/**
 * A suite that needs Linux and root: network namespaces, nftables, VXLAN. Elsewhere it is skipped, and says so.
 * @param whyNot asked then: what else is missing, if anything
 */
export function describeAsRoot(name: string, suite: () => void, whyNot: () => string | null = () => null): void {
  const reason = reasonToSkip() ?? whyNot();
  if (!reason) return describe(name, suite);
  process.stderr.write(`skipped: ${name} (${reason})\n`);
  describe.skip(`${name} (${reason})`, suite);
}

function reasonToSkip(): string | null {
  if (process.platform !== 'linux') return 'needs Linux';
  return process.getuid?.() === 0 ? null : 'needs root';
}
