import { spawnSync } from 'node:child_process';

/** Which of these programs are not on this machine, as a reason to skip; `null` when all are. */
export function missingPrograms(...programs: readonly string[]): string | null {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return missing.length === 0 ? null : `needs ${missing.join(', ')}: npm run setup -- --test`;
}

/** Why podman puts no container on a network by CNI here: the backend for that ended with version 4. */
export function whyNotPodman(): string | null {
  const missing = missingPrograms('podman', 'runc', 'busybox');
  if (missing) return missing;
  const version = String(spawnSync('podman', ['--version']).stdout).trim();
  return / [34]\./.test(version) ? null : `${version} knows no CNI`;
}
