import { missingPhrase, missingPrograms, packagesOf, wantedPrograms } from './programs.mjs';

const namesOf = (programs: readonly { name: string }[]) => programs.map(({ name }) => name);

describe('wanted programs', () => {
  it('are the server and those of the lab for a start', () =>
    expect(namesOf(wantedPrograms('start', {}))).toEqual(['nats-server', 'nft', 'ip', 'iptables']));

  it('leave out the server where another is named', () =>
    expect(namesOf(wantedPrograms('start', { NATS_URL: 'nats://log' }))).not.toContain('nats-server'));

  it('leave out those of the lab where it is off', () =>
    expect(namesOf(wantedPrograms('start', { HEDDLE_LAB: 'off' }))).toEqual(['nats-server']));

  it('are all of them for tests, whatever the environment says', () => {
    const names = namesOf(wantedPrograms('test', { HEDDLE_LAB: 'off', NATS_URL: 'nats://log' }));
    expect(names).toEqual(expect.arrayContaining(['nats-server', 'nft', 'postgres', 'chromium', 'unshare']));
    expect(names).toEqual(expect.arrayContaining(['runc', 'containerd', 'podman', 'busybox', 'host-local']));
  });
});

describe('missing programs', () => {
  it('are those not found', () => {
    const missing = missingPrograms(wantedPrograms('start', {}), (name) => name !== 'nft' && name !== 'ip');
    expect(namesOf(missing)).toEqual(['nft', 'ip']);
    expect(missingPhrase(missing)).toBe('nft and ip are missing; on Debian: sudo apt-get install nftables iproute2');
  });

  it('read well when there is one, and when there are three', () => {
    const [server, nft, ip] = wantedPrograms('start', {});
    expect(missingPhrase([server!])).toBe('nats-server is missing; on Debian: sudo apt-get install nats-server');
    expect(missingPhrase([server!, nft!, ip!])).toMatch(/^nats-server, nft and ip are missing; /);
  });

  it('ask for a package once, though two programs come from it', () => {
    const [server] = wantedPrograms('start', {});
    expect(packagesOf([server!, { ...server!, name: 'nats' }])).toEqual(['nats-server']);
  });
});
