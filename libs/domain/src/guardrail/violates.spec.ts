import { atOnce } from '../steps';
import type { Policy } from '../policy/policy';
import type { AppSelector, GuardrailStatement } from './guardrail';
import { appsToPlace, checkable, violates, type SpacesOfApps } from './violates';

const oneOf = (apps: string[], spaces: string[] = []): AppSelector => ({ is: 'one-of', apps, spaces });
const noneOf = (apps: string[], spaces: string[] = []): AppSelector => ({ is: 'none-of', apps, spaces });
const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 80, end: 90 };
const spaces = (known: Record<string, string | null>): SpacesOfApps => new Map(Object.entries(known));
const held = (statement: GuardrailStatement, known: SpacesOfApps = new Map(), policy = webToDb) =>
  violates(checkable(statement), policy, known);

describe('a policy against a statement', () => {
  it.each<[string, GuardrailStatement, string]>([
    ['both apps are named', { from: oneOf(['web']), to: oneOf(['db']) }, 'yes'],
    ['one of several is', { from: oneOf(['api', 'web']), to: oneOf(['db', 'cache']) }, 'yes'],
    ['the other way round', { from: oneOf(['db']), to: oneOf(['web']) }, 'no'],
    ['all but another', { from: noneOf(['router']), to: oneOf(['db']) }, 'yes'],
    ['all but this one', { from: noneOf(['router', 'web']), to: oneOf(['db']) }, 'no'],
    ['all whatever', { from: noneOf([]), to: noneOf([]) }, 'yes'],
    ['of the other protocol', { from: noneOf([]), to: noneOf([]), protocol: 'udp' }, 'no'],
    ['of the same protocol', { from: noneOf([]), to: noneOf([]), protocol: 'tcp' }, 'yes'],
    ['ports that begin where it ends', { from: noneOf([]), to: noneOf([]), ports: { start: 90, end: 99 } }, 'yes'],
    ['ports that end where it begins', { from: noneOf([]), to: noneOf([]), ports: { start: 1, end: 80 } }, 'yes'],
    ['ports within it', { from: noneOf([]), to: noneOf([]), ports: { start: 85, end: 85 } }, 'yes'],
    ['ports behind it', { from: noneOf([]), to: noneOf([]), ports: { start: 91, end: 99 } }, 'no'],
    ['ports before it', { from: noneOf([]), to: noneOf([]), ports: { start: 1, end: 79 } }, 'no'],
  ])('%s', (_, statement, expected) => expect(held(statement)).toBe(expected));

  it('goes by the space where the app is not named', () => {
    const statement = { from: oneOf(['api'], ['dev']), to: oneOf(['db']) };
    expect(held(statement)).toBe('not-asked');
    expect(held(statement, spaces({ web: 'dev' }))).toBe('yes');
    expect(held(statement, spaces({ web: 'prod' }))).toBe('no');
    expect(held(statement, spaces({ web: null }))).toBe('unknown');
    expect(held(statement, spaces({ web: null }), { ...webToDb, source: 'api' })).toBe('yes');
  });

  it('goes by the space also for all but', () => {
    const statement = { from: noneOf([], ['prod']), to: oneOf(['db']) };
    expect(held(statement, spaces({ web: 'prod' }))).toBe('no');
    expect(held(statement, spaces({ web: 'dev' }))).toBe('yes');
    expect(held(statement, spaces({ web: null }))).toBe('unknown');
  });

  it('that one side excludes needs to know nothing of the other', () =>
    expect(held({ from: oneOf([], ['dev']), to: oneOf(['cache']) })).toBe('no'));
});

describe('the apps whose space has to be known', () => {
  const toPlace = (statements: GuardrailStatement[], ...policies: Policy[]) =>
    atOnce(appsToPlace(statements.map(checkable), policies));

  it('are none where statements go by apps', () =>
    expect(toPlace([{ from: noneOf(['router']), to: oneOf(['db']) }], webToDb)).toEqual([]));

  it('are those on which it depends, each once', () => {
    const devToDb = { from: oneOf(['api'], ['dev']), to: oneOf(['db']) };
    const policies = ['web', 'api', 'web'].map((source, i) => ({ ...webToDb, source, end: 90 + i }));
    expect(toPlace([devToDb, devToDb], ...policies, { ...webToDb, source: 'ops', destination: 'cache' })).toEqual([
      'web',
    ]);
    expect(toPlace([{ from: oneOf([], ['dev']), to: noneOf([], ['dev']) }], webToDb)).toEqual(['web', 'db']);
  });
});
