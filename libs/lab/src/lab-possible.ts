import { spawnSync } from 'node:child_process';
import { isRunning } from '@heddle/platform';
import { readLab } from './lab-directory';

const TOOLS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  nsenter: 'util-linux',
};

/** Why no lab can be made on this machine now, in one sentence; `undefined` when it can. */
export async function whyNoLab(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `network namespaces exist on Linux only, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'making network namespaces takes root';
  const missing = Object.keys(TOOLS).filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((tool) => TOOLS[tool]))].join(' ');
    return `${missing.join(', ')} cannot be found: install them (apt install ${packages})`;
  }
  const lab = await readLab();
  if (lab && isRunning(lab.owner)) return `the lab of process ${lab.owner.pid} is running, and a machine can hold one`;
  return undefined;
}
