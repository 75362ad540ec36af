import { createServer } from 'node:http';

/** The homeowner of the demo: answers on 8080, and on 8081 too, so that a refusal there is a policy's doing. */
for (const port of [8080, 8081]) {
  createServer((request, response) => {
    response.end(`Welcome home, visitor from ${request.socket.remoteAddress?.replace('::ffff:', '')}!\n`);
  }).listen(port, () => console.log(`listening on ${port}`));
}
