import { emptyEnforcementBook, policyDecider, Refused, type Guardrail, type Policy } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import type { Core } from '../core/core';
import { ServiceFailed } from '../access/http-service';
import { withSpaces, type GuardrailSources } from './with-spaces';

const by = { actor: { name: 'ann' }, correlationId: 'c' };
const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 80, end: 80 };
const noDev: Guardrail = {
  ...{ name: 'no-dev', mode: 'refuse', from: { is: 'one-of', apps: [], spaces: ['dev'] } },
  to: { is: 'one-of', apps: ['db'], spaces: [] },
};

let follower: LogFollower;
let policies: Core['policies'];
let asked: (readonly string[])[];
beforeEach(() => {
  const log = new InMemoryEventLog();
  follower = new LogFollower(log);
  policies = new Ledger('policy', policyDecider(), log, follower);
  asked = [];
});
afterEach(() => follower.close());

function sources(spaces: Record<string, string> | 'away'): GuardrailSources {
  return {
    core: { policies, enforcement: { state: emptyEnforcementBook } } as unknown as GuardrailSources['core'],
    access: {
      async spacesOf(apps) {
        asked.push(apps);
        if (spaces === 'away') throw new ServiceFailed('away');
        return new Map(Object.entries(spaces));
      },
    },
  };
}
const set = (guardrail: Guardrail) => policies.execute({ type: 'set-guardrail', guardrail }, by);
const add = (from: GuardrailSources, before: () => Promise<unknown> = async () => {}) =>
  withSpaces(from, [webToDb], async (guardrails) => {
    await before();
    return policies.execute({ type: 'add-policies', policies: [webToDb], ...guardrails }, by);
  });

it('asks nobody where no guardrail goes by spaces', async () => {
  await add(sources('away'));
  await set({ ...noDev, from: { is: 'one-of', apps: ['api'], spaces: [] } });
  await add(sources('away'));
  await set({ ...noDev, to: { is: 'one-of', apps: ['cache'], spaces: [] } });
  await add(sources('away'));
  expect(asked).toEqual([]);
});

it('asks about the apps that matter, and what was found out goes along', async () => {
  await set(noDev);
  await expect(add(sources({ web: 'dev' }))).rejects.toMatchObject({ code: 'guardrail-violated' });
  const { event } = await add(sources({ web: 'prod' }));
  expect(event?.data).toMatchObject({ added: [webToDb], spaces: [{ app: 'web', space: 'prod' }] });
  expect(asked).toEqual([['web'], ['web']]);
});

it('looks again when a guardrail was set between the look and the decision', async () => {
  let isSet = false;
  const setOnce = async () => {
    if (!isSet) await set(noDev);
    isSet = true;
  };
  const { event } = await add(sources({ web: 'prod' }), setOnce);
  expect(event?.data).toMatchObject({ added: [webToDb], spaces: [{ app: 'web', space: 'prod' }] });
  expect(asked).toEqual([['web']]);
});

it('gives up at last', async () => {
  let tries = 0;
  const deciding = withSpaces(sources({}), [webToDb], async () => {
    tries++;
    throw new Refused('spaces-not-asked', 'another one');
  });
  await expect(deciding).rejects.toMatchObject({ code: 'spaces-not-asked' });
  expect(tries).toBe(5);
});

it('holds up what a guardrail may refuse while nobody answers, and not what it only warns of', async () => {
  await set(noDev);
  await expect(add(sources('away'))).rejects.toMatchObject({ status: 500, message: 'check guardrails failed' });
  await set({ ...noDev, mode: 'warn' });
  const { event } = await add(sources('away'));
  expect(event?.data).toMatchObject({ violations: [{ guardrail: 'no-dev', unsure: 1 }] });
});
