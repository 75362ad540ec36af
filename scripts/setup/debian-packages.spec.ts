import { aptProgress, aptReason, isDebianFamily } from './debian-packages.mjs';

describe('Debian', () => {
  it.each([
    ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', true],
    ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian\n', true],
    ['one like Ubuntu', 'ID=pop\nID_LIKE="ubuntu debian"\n', true],
    ['Fedora', 'ID=fedora\nHOME_URL="https://debian.example"\n', false],
    ['nothing', '', false],
  ])('is told apart: %s', (_name, text, expected) => expect(isDebianFamily(text)).toBe(expected));
});

describe("apt's status", () => {
  it.each([
    ['dlstatus:1:20.4:Retrieving file 1 of 5', 'downloading 20 %'],
    ['pmstatus:nftables:40.6:Unpacking nftables (amd64)', 'installing 41 %'],
    ['pmstatus:libc6:amd64:50:Configuring libc6:amd64', 'installing 50 %'],
    ['media-change: please insert', undefined],
  ])('%s', (line, expected) => expect(aptProgress(line)).toBe(expected));
});

it("gives apt's first error as the reason", () => {
  const output =
    'Err:1 http://deb.example bookworm InRelease\nE: Unable to locate package a\nE: Unable to locate package b\n';
  expect(aptReason(output)).toBe('Unable to locate package a');
});
