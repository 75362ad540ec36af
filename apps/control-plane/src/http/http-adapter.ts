import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';

/**
 * What the headers of a request may come to, in bytes: as much as Go's servers take. Node's 16 KiB are less than a query for 200
 * apps and a token with many scopes need.
 */
const HEADER_LIMIT = 1024 * 1024;

/** Express, on a server that takes long headers. */
export class HttpAdapter extends ExpressAdapter {
  override initHttpServer({ httpsOptions }: NestApplicationOptions): void {
    const options = { maxHeaderSize: HEADER_LIMIT };
    this.httpServer = httpsOptions
      ? createTlsServer({ ...httpsOptions, ...options }, this.getInstance())
      : createServer(options, this.getInstance());
  }
}
