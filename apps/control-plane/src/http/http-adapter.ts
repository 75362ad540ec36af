import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
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

/** Answers a request, or lets it pass. */
export type Door = (request: IncomingMessage, response: ServerResponse, pass: () => void) => void;

/** Express behind a door, on a server that takes long headers, sends text as it is, and JSON in portions. */
export class HttpAdapter extends ExpressAdapter {
  /** @param door what every request passes before Express, whose way from one handler to the next is long, sees it */
  constructor(private readonly door: Door) {
    super();
  }

  override initHttpServer({ httpsOptions }: NestApplicationOptions): void {
    const options = { maxHeaderSize: HEADER_LIMIT };
    const express = this.getInstance<RequestListener>();
    const listener: RequestListener = (request, response) =>
      this.door(request, response, () => express(request, response));
    this.httpServer = httpsOptions
      ? createTlsServer({ ...httpsOptions, ...options }, listener)
      : createServer(options, listener);
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
