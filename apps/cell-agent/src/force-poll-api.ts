import type { Server } from 'node:http';
import { messageOf } from '@heddle/platform';
import { serveOnLoopback } from './loopback-server';

const API = { setting: 'HEDDLE_FORCE_POLL_PORT', program: 'vxlan-policy-agent' };
const NO_SUCH_PAGE = '404 page not found\n';
/** What the wrapper takes for "the rules that came with the container are those to use". */
const NO_GROUP_SYNC = 'ASG syncing has been disabled administratively';

/**
 * The endpoints of vxlan-policy-agent that the CNI wrapper of Cloud Foundry asks while it makes or removes a container, with the
 * statuses that it tells apart. Any method will do there, so it does here.
 *
 * - `/force-policy-poll-cycle`: 200 once the kernel holds what the server has now, 500 when that cannot be had. Nothing has to be
 *   polled for it: all is read once more.
 * - `/force-asgs-for-container`, `/force-orphaned-asgs-cleanup`: 405, by which the wrapper applies the rules that a container comes with, in
 *   a chain of its own. After a 200 it would leave that chain refusing everything, for the agent to lead past it, and the agent touches no
 *   chain that is not its own; anything else keeps the container from starting. Security groups are followed in Heddle's own rules all
 *   the same, so both have a say.
 *
 * @param sync reads everything again, and resolves when the kernel holds it.
 * @throws {FatalError} when the port is taken.
 */
export function serveForcePollApi(port: number, sync: () => Promise<void>): Promise<Server> {
  const answerTo = async (path = ''): Promise<readonly [number, string]> => {
    switch (path) {
      case '/force-policy-poll-cycle':
        return sync().then(
          () => [200, ''],
          (error: unknown) => [500, `failed to force policy poll cycle: ${messageOf(error)}`],
        );
      case '/force-asgs-for-container':
      case '/force-orphaned-asgs-cleanup':
        return [405, NO_GROUP_SYNC];
      default:
        return [404, NO_SUCH_PAGE];
    }
  };
  return serveOnLoopback({ ...API, port }, (request, response) => {
    void answerTo(request.url?.split('?', 1)[0]).then(([status, text]) =>
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text),
    );
  });
}
