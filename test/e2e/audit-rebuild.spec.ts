import { describeOnEachDatabase, startTestNats, type TestNats } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { runHeddle } from '../support/heddle-command';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

describeOnEachDatabase('tables that are made anew', (databases) => {
  let nats: TestNats;
  let plane: TestControlPlane;
  beforeAll(async () => {
    nats = await startTestNats();
    const location = await databases.fresh();
    plane = await TestControlPlane.start(nats, 'databaseUrl' in location ? location.databaseUrl : undefined);
  }, 120_000);
  afterAll(async () => {
    await plane.stop();
    await nats.stop();
  }, 60_000);

  const audit = (...argv: string[]) => runHeddle(['audit', ...argv], plane);

  it('are equal, while changes go on', async () => {
    let isOver = false;
    const adding = (async () => {
      let added = 0;
      for (; !isOver || added < 20; added++) {
        const body = policiesBody(wirePolicy(`app-${added}`, 'db'));
        expect((await plane.request('POST', POLICIES, { body })).status).toBe(200);
      }
      return added;
    })();
    for (const what of ['compare', 'rebuild', 'rebuild', 'compare'])
      expect(await audit(what)).toMatchObject({
        exitCode: 0,
        out: expect.stringMatching(/are what the log makes of them\n$/) as string,
      });
    isOver = true;
    const added = await adding;
    expect((await plane.get<{ total_policies: number }>(POLICIES)).total_policies).toBe(added);
    expect(JSON.parse((await audit('compare', '--output', 'json')).out)).toMatchObject({
      position: added,
      isEqual: true,
    });
  }, 120_000);

  it('are made by one at a time', async () => {
    const answers = await Promise.all([audit('compare'), audit('rebuild')]);
    const busy = answers.filter(({ exitCode }) => exitCode === 2);
    expect(busy.map(({ err }) => err)).toEqual([expect.stringContaining('compared or made anew already')]);
    expect(answers.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  }, 60_000);
});
