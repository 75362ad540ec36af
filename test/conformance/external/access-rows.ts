import { error, listV1, policy, V0, V1, wireV1, type Row } from '../row';

const MISSING = { status: 401, answer: error('missing authorization header') };
const NOT_GOOD = { status: 401, answer: error('failed to verify token with uaa') };
const refused = (scopes: string, allowed: string) => ({
  status: 403,
  answer: error(`provided scopes [${scopes}] do not include allowed scopes [${allowed}]`),
});
const TO_CHANGE = 'network.admin network.write';

const routes = [V0, V1].flatMap((base) => [
  { method: 'GET', path: `${base}/policies`, allowed: TO_CHANGE },
  { method: 'POST', path: `${base}/policies`, allowed: TO_CHANGE },
  { method: 'POST', path: `${base}/policies/delete`, allowed: TO_CHANGE },
  { method: 'POST', path: `${base}/policies/cleanup`, allowed: 'network.admin' },
  { method: 'GET', path: `${base}/tags`, allowed: 'network.admin' },
  { method: 'GET', path: `${base}/whoami`, allowed: 'network.admin' },
]);

/** Every route asks for a token, then for a scope, and looks at the body last. */
export const access: Row[] = routes.flatMap(({ allowed, ...route }): Row[] => [
  { about: 'without a token', ...route, body: route.method === 'POST' ? '{' : undefined, as: 'stranger', ...MISSING },
  { about: 'with an empty header', ...route, as: { authorization: '' }, ...MISSING },
  { about: 'with a token that is none', ...route, as: { authorization: 'bearer x.y.z' }, ...NOT_GOOD },
  { about: 'with another scheme', ...route, as: { authorization: 'Basic YTpi' }, ...NOT_GOOD },
  {
    about: 'without a scope',
    ...route,
    body: route.method === 'POST' ? '{' : undefined,
    as: 'nobody',
    ...refused('openid other', allowed),
  },
  ...(allowed === 'network.admin'
    ? [
        {
          about: 'with the scope to write alone',
          ...route,
          as: 'writer' as const,
          ...refused('network.write', allowed),
        },
      ]
    : []),
]);

const stored = policy('web', 'db');

/** Without a Cloud Controller nobody can say whose an app is. */
export const withoutCloudController: Row[] = [
  {
    about: 'adds nothing for one who is no admin',
    method: 'POST',
    path: `${V1}/policies`,
    body: { policies: [wireV1(stored)] },
    as: 'writer',
    status: 403,
    answer: error('one or more applications cannot be found or accessed'),
    leaves: [],
  },
  {
    about: 'removes nothing for one who is no admin',
    method: 'POST',
    path: `${V1}/policies/delete`,
    body: { policies: [wireV1(stored)] },
    as: 'writer',
    given: [stored],
    status: 403,
    answer: error('one or more applications cannot be found or accessed'),
    leaves: [stored],
  },
  {
    about: 'looks at the body before it asks whose the apps are',
    method: 'POST',
    path: `${V1}/policies`,
    body: '{',
    as: 'writer',
    status: 400,
    answer: error('mapper: unmarshal json: unexpected end of JSON input'),
  },
  {
    about: 'shows nothing to one who is no admin',
    path: `${V1}/policies`,
    as: 'writer',
    given: [stored],
    status: 200,
    answer: listV1(),
  },
  {
    about: 'cannot know which apps are gone',
    method: 'POST',
    path: `${V1}/policies/cleanup`,
    given: [stored],
    status: 500,
    answer: error('policies cleanup failed'),
    leaves: [stored],
  },
];
