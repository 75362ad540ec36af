import type { Redirect } from './config';
import { runProgram, tryProgram } from './programs';

/** A chain, and what of its packets goes to the proxy. */
export type RedirectRule = readonly [chain: 'OUTPUT' | 'PREROUTING', ...matches: string[]];

export function redirectRules({ cidr, isIngress, port }: Redirect): RedirectRule[] {
  const target = ['-p', 'tcp', '-j', 'REDIRECT', '--to-port', String(port)];
  const rules: RedirectRule[] = [];
  if (cidr !== null) rules.push(['OUTPUT', '-d', cidr, ...target]);
  if (isIngress) rules.push(['PREROUTING', ...target]);
  return rules;
}

/** Leads connections of a container to the proxy in it. The rules go with its namespace, and are there once however often this is done. */
export function applyRedirect(redirect: Redirect, namespace: string): void {
  for (const rule of redirectRules(redirect)) {
    const iptables = (what: string) => [
      `--net=${namespace}`,
      '--',
      'iptables',
      '--wait',
      '30',
      '-t',
      'nat',
      what,
      ...rule,
    ];
    if (tryProgram('nsenter', iptables('-C')).status !== 0) runProgram('nsenter', iptables('-A'));
  }
}
