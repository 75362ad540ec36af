import { UserError } from '@heddle/platform';
import type { Container } from './container';

/**
 * A port of the cell leads to one container.
 * @param others containers that are on the cell or on their way there
 * @throws {UserError} when a port that a container is to have is another's, or is asked for twice
 */
export function requireFreePorts(asked: Container, others: Iterable<Container>): void {
  const owners = new Map(
    [...others].flatMap(({ handle, published }) => published.map((port) => [nameOf(port), handle])),
  );
  for (const port of asked.published) {
    const name = nameOf(port);
    const owner = owners.get(name);
    if (owner !== undefined)
      throw new UserError(
        'port-taken',
        `${name} of the cell leads to container ${owner} already: publish another port, or remove that container first`,
      );
    owners.set(name, asked.handle);
  }
}

function nameOf({ protocol, hostAddress, hostPort }: Container['published'][number]): string {
  return `port ${hostPort}/${protocol} at ${hostAddress}`;
}
