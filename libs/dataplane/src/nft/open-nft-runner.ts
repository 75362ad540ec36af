import { DataplaneUnavailable } from '../dataplane-unavailable';
import { LibnftablesRunner } from './libnftables-runner';
import type { NftRunner } from './runner';
import { SpawnedNftRunner } from './spawned-runner';

/**
 * Prefers libnftables in this process, falls back to the `nft` command.
 * @throws {DataplaneUnavailable} when this machine has neither.
 */
export async function openNftRunner(): Promise<NftRunner> {
  try {
    return await LibnftablesRunner.open();
  } catch {
    return openSpawned();
  }
}

async function openSpawned(): Promise<NftRunner> {
  try {
    return await SpawnedNftRunner.open();
  } catch (cause) {
    throw new DataplaneUnavailable(
      'neither libnftables.so.1 nor the nft command is on this machine; install the package nftables',
      { cause },
    );
  }
}
