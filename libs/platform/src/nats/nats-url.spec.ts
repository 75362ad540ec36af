import { parseNatsUrl, withoutCredentials } from './nats-url';

describe('the URL of a nats-server', () => {
  it('may carry user and password', () =>
    expect(parseNatsUrl('nats://ann:p%40ss@nats.example.org:4222')).toEqual({
      servers: ['nats://nats.example.org:4222'],
      user: 'ann',
      pass: 'p@ss',
    }));

  it('may be several', () =>
    expect(parseNatsUrl('nats://a:1, tls://u:p@b:2')).toEqual({
      servers: ['nats://a:1', 'tls://b:2'],
      user: 'u',
      pass: 'p',
    }));

  it('is shown without user and password', () =>
    expect(withoutCredentials('nats://u:hunter2@a:1,nats://u:hunter2@b:2')).toBe('nats://a:1,nats://b:2'));
});
