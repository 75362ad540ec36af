import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { encodeInSteps, inTurns, isPortions, jsonPieces } from '@heddle/platform';
import { sendPortions } from './send-portions';

/**
 * What the headers of a request may come to, in bytes: as much as Go's servers take. Node's 16 KiB are less than a query for 200
 * apps and a token with many scopes need.
 */
const HEADER_LIMIT = 1024 * 1024;

/** Express, on a server that takes long headers, sends text as it is, and JSON in portions. */
export class HttpAdapter extends ExpressAdapter {
  override initHttpServer({ httpsOptions }: NestApplicationOptions): void {
    const options = { maxHeaderSize: HEADER_LIMIT };
    this.httpServer = httpsOptions
      ? createTlsServer({ ...httpsOptions, ...options }, this.getInstance())
      : createServer(options, this.getInstance());
  }

  /** Text with a type of its own needs nothing of what Express does for an answer, which takes longer than to decide a command. */
  override async reply(response: ServerResponse, body: unknown, statusCode?: number): Promise<void> {
    if (statusCode !== undefined) response.statusCode = statusCode;
    if (typeof body === 'string' && response.hasHeader('Content-Type'))
      response.setHeader('Content-Length', Buffer.byteLength(body)).end(body);
    else if (isPortions(body)) await sendPortions(response, body);
    else if (typeof body === 'object' && body !== null) await replyJson(response, body);
    else super.reply(response, body);
  }
}

async function replyJson(response: ServerResponse, body: object): Promise<void> {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  await sendPortions(response, await inTurns(encodeInSteps(jsonPieces(body))));
}
