import { describeAsRoot } from '@heddle/testing';
import { DataplaneUnavailable } from '../dataplane-unavailable';
import { LibnftablesRunner } from './libnftables-runner';
import { openNftRunner } from './open-nft-runner';
import { SpawnedNftRunner } from './spawned-runner';

describeAsRoot('opening an nft runner', () => {
  afterEach(() => jest.restoreAllMocks());

  it('prefers the library within this process', async () => {
    const runner = await openNftRunner();
    expect(runner.kind).toBe('libnftables');
    await runner.close();
    await expect(runner.run('')).rejects.toThrow('the nft runner is closed');
  });

  it('falls back to the command', async () => {
    jest
      .spyOn(LibnftablesRunner, 'open')
      .mockRejectedValue(new Error('libnftables.so.1: cannot open shared object file'));
    const runner = await openNftRunner();
    expect(runner.kind).toBe('nft');
    await runner.close();
  });

  it('says what to install when there is neither', async () => {
    jest
      .spyOn(LibnftablesRunner, 'open')
      .mockRejectedValue(new Error('libnftables.so.1: cannot open shared object file'));
    jest.spyOn(SpawnedNftRunner, 'open').mockRejectedValue(new Error('spawn nft ENOENT'));
    const failing = openNftRunner();
    await expect(failing).rejects.toBeInstanceOf(DataplaneUnavailable);
    await expect(failing).rejects.toThrow('install the package nftables');
  });
});
