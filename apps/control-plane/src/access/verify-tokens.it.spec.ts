import { createLogger, Unauthenticated } from '@heddle/platform';
import { StubUaa, type Fault, type TokenHolder } from '@heddle/testing';
import { SignJWT, UnsecuredJWT } from 'jose';
import { PublishedKeys } from './published-keys';
import { Uaa } from './uaa';
import { askUaa, verifyByPublishedKeys, type VerifyToken } from './verify-tokens';

const logger = createLogger({ name: 'test', level: 'silent' });
const ann: TokenHolder = { user: 'ann', scopes: ['network.write'] };
const MINUTE_MS = 60_000;

describe('tokens of UAA', () => {
  let stub: StubUaa;
  let uaa: Uaa;
  beforeEach(async () => {
    stub = await StubUaa.start();
    uaa = new Uaa({ url: stub.url, timeoutMs: 2_000 }, StubUaa.client);
  });
  afterEach(async () => {
    uaa.close();
    await stub.stop();
  });

  const refused = (verify: VerifyToken, token: string) => expect(verify(token)).rejects.toBeInstanceOf(Unauthenticated);

  describe('asked about', () => {
    let verify: VerifyToken;
    beforeEach(() => {
      verify = askUaa(uaa, logger);
    });

    it('say whose they are', async () => {
      expect(await verify(await stub.issue(ann))).toEqual({
        ...{ name: 'ann', userId: 'ann-id', clientId: 'cf', subject: 'ann-id' },
        scopes: ['network.write'],
      });
      expect(await verify(await stub.issue({ client: 'ci', scopes: [] }))).toEqual({
        ...{ name: 'ci', userId: undefined, clientId: 'ci', subject: 'ci' },
        scopes: [],
      });
    });

    it('are sent as they are, encoded', async () => {
      await refused(verify, 'a+b&token=%20=');
      expect(stub.service.asked.at(-1)?.body).toBe('token=a%2Bb%26token%3D%2520%3D');
    });

    it('are asked about each time', async () => {
      const token = await stub.issue(ann);
      await verify(token);
      await verify(token);
      expect(stub.service.asked).toHaveLength(2);
    });

    it.each<Fault>(['error', 'empty', 'garbage', 'hang', 'cut'])(
      'are refused while UAA has fault %s',
      async (fault) => {
        const token = await stub.issue(ann);
        stub.service.fault = fault;
        await refused(verify, token);
        stub.service.fault = 'none';
        expect((await verify(token)).name).toBe('ann');
      },
    );
  });

  describe('checked by published keys', () => {
    let verify: VerifyToken;
    let passedMs: number;
    let date: Date;
    beforeEach(() => {
      passedMs = 0;
      date = new Date();
      const keys = new PublishedKeys(uaa, () => passedMs);
      verify = verifyByPublishedKeys(keys, `${stub.url}/oauth/token`, logger, () => date);
    });
    const looks = () => stub.service.asked.length;

    it('say whose they are, and cost one look in all', async () => {
      for (const holder of [ann, { client: 'ci' }, { user: 'bob' }]) await verify(await stub.issue(holder));
      expect(await verify(await stub.issue(ann))).toEqual({
        ...{ name: 'ann', userId: 'ann-id', clientId: 'cf', subject: 'ann-id' },
        scopes: ['network.write'],
      });
      expect(looks()).toBe(1);
    });

    it('are good while UAA is away, for an hour', async () => {
      const token = await stub.issue(ann);
      await verify(token);
      stub.service.fault = 'error';
      passedMs = 59 * MINUTE_MS;
      expect((await verify(token)).name).toBe('ann');
      passedMs = 60 * MINUTE_MS;
      await refused(verify, token);
    });

    it.each([true, false])('are good when their key is new (the old one kept: %s)', async (keepOld) => {
      const old = await stub.issue(ann);
      await verify(old);
      await stub.rotateKeys({ keepOld });
      passedMs = 10_000;
      expect((await verify(await stub.issue(ann))).name).toBe('ann');
      if (keepOld) expect((await verify(old)).name).toBe('ann');
      else await refused(verify, old);
    });

    it('are good when a key was replaced under its old name', async () => {
      await stub.rotateKeys({ kid: 'legacy-token-key' });
      await verify(await stub.issue(ann));
      await stub.rotateKeys({ kid: 'legacy-token-key' });
      passedMs = 10_000;
      expect((await verify(await stub.issue(ann))).name).toBe('ann');
    });

    it('with keys that nobody knows make one look in 10 s', async () => {
      await verify(await stub.issue(ann));
      await stub.rotateKeys();
      const token = await stub.issue(ann);
      passedMs = 9_999;
      await refused(verify, token);
      expect(looks()).toBe(1);
      passedMs = 10_000;
      await verify(token);
      const other = await StubUaa.start();
      const forged = await other.issue(ann);
      await other.stop();
      for (let i = 0; i < 20; i++) await refused(verify, forged);
      expect(looks()).toBe(2);
    });

    it('end with their key, at the latest with the look after five minutes', async () => {
      const token = await stub.issue(ann);
      await verify(token);
      await stub.rotateKeys();
      passedMs = 5 * MINUTE_MS;
      await verify(token);
      while (looks() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await refused(verify, token);
    });

    it('are good from their beginning to their end', async () => {
      const token = await stub.issue({ ...ann, validSeconds: 60 });
      expect((await verify(token)).name).toBe('ann');
      date = new Date(date.getTime() + 61_000);
      await refused(verify, token);
    });

    it.each<[string, TokenHolder]>([
      ['expired', { ...ann, validSeconds: -10 }],
      ['another issuer', { ...ann, claims: { iss: 'https://uaa.elsewhere/oauth/token' } }],
      ['no issuer', { ...ann, claims: { iss: undefined } }],
      ['not yet good', { ...ann, claims: { nbf: 4e9 } }],
      ['without an end', { ...ann, claims: { exp: undefined } }],
      ['a refresh token', { ...ann, claims: { jti: 'abc-r' } }],
      ['an identity token', { ...ann, claims: { client_id: undefined } }],
      ['scopes in one text', { ...ann, claims: { scope: 'network.admin' } }],
      ['about nobody', { ...ann, claims: { sub: undefined } }],
    ])('%s: refused', async (_, holder) => refused(verify, await stub.issue(holder)));

    it('signed with the published key taken for a secret, or not at all, are refused', async () => {
      const claims = { client_id: 'cf', scope: ['network.admin'], sub: 'ann', jti: '1', exp: 4e9 };
      const iss = `${stub.url}/oauth/token`;
      const [published] = await uaa.publishedKeys();
      const secret = Buffer.from(JSON.stringify(published));
      const header = { alg: 'HS256', kid: String(published?.kid) };
      await refused(verify, await new SignJWT({ ...claims, iss }).setProtectedHeader(header).sign(secret));
      await refused(verify, new UnsecuredJWT({ ...claims, iss }).encode());
      await refused(verify, 'opaque-token');
    });

    it('are refused while there is no key to check them with', async () => {
      stub.service.fault = 'garbage';
      await refused(verify, await stub.issue(ann));
    });
  });
});
