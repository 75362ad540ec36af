import { parseIpv4 } from '../ipv4';

/** Whether a text names addresses: single ones, CIDR blocks and ranges, with commas between them. */
export function isDestination(text: string): boolean {
  return text.split(',').every((part) => isPlace(part.trim()));
}

/** Whether a text names ports (1–65535): single ones and ranges, with commas between them. */
export function isPorts(text: string): boolean {
  return text.split(',').every((part) => {
    const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    return Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65_535;
  });
}

function isPlace(text: string): boolean {
  const [first = '', last, ...more] = text.split('-');
  if (more.length > 0) return false;
  if (last !== undefined) return isRange(first, last);
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  if (longest < 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
}

/** Ranges of IPv6 addresses are left to the cells to compare. */
function isRange(first: string, last: string): boolean {
  if (isIpv4(first) && isIpv4(last)) return parseIpv4(first) <= parseIpv4(last);
  return isIpv6(first) && isIpv6(last);
}

function isIpv4(text: string): boolean {
  try {
    parseIpv4(text);
    return true;
  } catch {
    return false;
  }
}

/** RFC 4291 §2.2: eight groups, one run of zero groups may be `::`, the last two may be a dotted address. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const dotted = last.includes('.');
  if (dotted && (!isIpv4(last) || text.endsWith('::'))) return false;
  const plain = dotted ? groups.slice(0, -1) : groups;
  const count = plain.length + (dotted ? 2 : 0);
  return plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count <= 7 : count === 8);
}
