import { refusedArgument } from './refused-argument';

const LAST_PORT = 65_535;

/** A range of ports, both ends included. */
export interface Ports {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads `8080` or `8080-8090`.
 * @throws {UserError} when it is neither.
 */
export function parsePorts(text: string): Ports {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [start, end] = [Number(first), Number(last)];
  if (start < 1 || end < 1 || start > LAST_PORT || end > LAST_PORT) {
    throw refusedArgument(
      '--port',
      text,
      `a port or a range of ports from 1 to ${LAST_PORT}, such as 8080 or 8080-8090`,
    );
  }
  if (start > end) {
    throw refusedArgument('--port', text, `a range that begins with its lower end, such as ${end}-${start}`);
  }
  return { start, end };
}

/** Ports as {@link parsePorts} reads them. */
export function formatPorts({ start, end }: Ports): string {
  return start === end ? `${start}` : `${start}-${end}`;
}
