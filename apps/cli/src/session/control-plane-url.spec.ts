import { baseUrl, parseControlPlaneUrl } from './control-plane-url';

it.each(['ftp://x', '127.0.0.1:4002', 'http://', ''])("does not take '%s'", (text) =>
  expect(() => parseControlPlaneUrl(text)).toThrow(`--url is '${text}', but must be a URL with http:// or https://`),
);

it.each([
  ['http://127.0.0.1:4002/', 'http://127.0.0.1:4002'],
  ['https://example.org/heddle//?a#b', 'https://example.org/heddle'],
])('%s is the base %s', (text, base) => expect(baseUrl(parseControlPlaneUrl(text))).toBe(base));

it('refuses a password, and does not repeat it', () =>
  expect(() => baseUrl('http://me:hidden@example.org')).toThrow(
    'the URL of the control plane at example.org must not hold a user or a password: use a token (HEDDLE_TOKEN, --token-file)',
  ));
