import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';

/**
 * What the headers of a request may come to, in bytes: as much as Go's servers take. Node's 16 KiB are less than a query for 200
 * apps and a token with many scopes need.
 */
const HEADER_LIMIT = 1024 * 1024;

/** Express, on a server that takes long headers, and that sends text which is ready as it is. */
export class HttpAdapter extends ExpressAdapter {
  override initHttpServer({ httpsOptions }: NestApplicationOptions): void {
    const options = { maxHeaderSize: HEADER_LIMIT };
    this.httpServer = httpsOptions
      ? createTlsServer({ ...httpsOptions, ...options }, this.getInstance())
      : createServer(options, this.getInstance());
  }

  /** Text with a type of its own needs nothing of what Express does for an answer, which takes longer than to decide a command. */
  override reply(response: ServerResponse, body: unknown, statusCode?: number): unknown {
    if (typeof body !== 'string' || !response.hasHeader('Content-Type')) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.statusCode = statusCode;
    return response.setHeader('Content-Length', Buffer.byteLength(body)).end(body);
  }
}
