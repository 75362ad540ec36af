import { formatIpv4, parseIpv4 } from '@heddle/domain';

/** An address from outside, written the way the kernel writes it, or `null` when it is none. */
export function canonicalIpv4(text: string): string | null {
  try {
    return formatIpv4(parseIpv4(text));
  } catch {
    return null;
  }
}
