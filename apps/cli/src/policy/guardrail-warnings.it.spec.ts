import type { ServerResponse } from 'node:http';
import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, type FakeControlPlane, fakeControlPlane } from '../testing/fake-control-plane';

const POLICY = ['web', 'db', '--protocol', 'tcp', '--port', '5432'];
const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const violation = (mode: string) => ({ guardrail: 'only-router', mode, policies: 1, listed: [policy] });

let plane: FakeControlPlane;
let answer: (response: ServerResponse) => void;
beforeEach(async () => {
  plane = await fakeControlPlane((_, response) => answer(response));
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(argv, io);
  return { exitCode, out: io.out(), err: io.err() };
}
const told = (status: number, body: object) => (response: ServerResponse) => {
  response.setHeader('x-heddle-guardrails', 'only-router, no-web');
  answerJson(response, body, status);
};

it('says what an addition is against that is made all the same', async () => {
  answer = told(200, {});
  expect(await heddle('policy', 'add', ...POLICY)).toEqual({
    exitCode: 0,
    out: 'the policy stands: web → db tcp 5432\n',
    err: 'warning: this is against the guardrails only-router and no-web\n',
  });
  answer = (response) => answerJson(response, { change: 7, data: { violations: [violation('warn')] } });
  const { out, err } = await heddle('policy', 'add', ...POLICY, '--expires', '1h', '--reason', 'x');
  expect([out, err]).toEqual([
    'the policy stands: web → db tcp 5432\n',
    'warning: this is against the guardrail only-router\n',
  ]);
});

it('takes no refusal by a guardrail for one of the token', async () => {
  answer = told(403, { error: 'the policy is against the guardrail' });
  const refused = {
    exitCode: 2,
    out: '',
    err: 'the control plane refused this: the policy is against the guardrail\n',
  };
  expect(await heddle('policy', 'add', ...POLICY)).toEqual(refused);
  const problem = { code: 'guardrail-violated', detail: 'the policy is against the guardrail' };
  answer = (response) => answerJson(response, problem, 403);
  expect(await heddle('policy', 'add', ...POLICY, '--expires', '1h', '--reason', 'x')).toEqual(refused);
});

it.each([
  ['warn', 0, 'the guardrail only-router warns of this: 1 policy'],
  ['refuse', 4, 'the guardrail only-router refuses this: 1 policy'],
])('tells of a plan what guardrails say that %s', async (mode, code, words) => {
  answer = (response) =>
    answerJson(response, { dryRun: true, change: null, data: null, reach: [], violations: [violation(mode)] });
  const { exitCode, out } = await heddle('plan', 'add', ...POLICY);
  expect(exitCode).toBe(code);
  expect(out).toBe(`nobody can reach more or less by it\n${words}\n  web → db tcp 5432\n`);
});
