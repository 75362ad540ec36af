import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of the image, as both runtimes know it. */
export const BUSYBOX_IMAGE = 'localhost/heddle-busybox:latest';

/** What of busybox the containers of tests run. */
const PROGRAMS = ['echo', 'nc', 'sleep'];

/** How images name the architectures of Node that Debian has busybox for. */
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Makes an image of one layer, with nothing in it but the busybox of this machine.
 * @param directory that is there, and holds the image from then on
 * @returns the path of an archive as `docker save` writes it, which `ctr images import` and `podman load` read.
 */
export function busyboxImage(directory: string): string {
  const layer = join(directory, 'layer');
  mkdirSync(join(layer, 'bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(layer, 'bin/busybox'));
  for (const program of PROGRAMS) symlinkSync('busybox', join(layer, 'bin', program));
  const image = join(directory, 'image');
  mkdirSync(image);
  pack(layer, join(image, 'layer.tar'));
  const digest = createHash('sha256')
    .update(readFileSync(join(image, 'layer.tar')))
    .digest('hex');
  const config = {
    ...{ os: 'linux', architecture: ARCHITECTURES[process.arch] ?? process.arch, config: { Env: ['PATH=/bin'] } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  writeFileSync(join(image, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: [BUSYBOX_IMAGE], Layers: ['layer.tar'] }];
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(directory, 'image.tar');
  pack(image, archive);
  return archive;
}

function pack(directory: string, archive: string): void {
  execFileSync('tar', ['--create', '--owner=0', '--group=0', '--directory', directory, '--file', archive, '.']);
}
