import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody } from '@heddle/wire-cf';
import type { Door } from '../http/http-adapter';
import { readTarget } from './request-target';
import { findRoute, isNative, type Route } from './routes';

/** How the door stands. */
export interface DoorOptions {
  /** Origins whose pages may call the API; `*` lets every page. */
  readonly corsDomains: readonly string[];
  /** Whether the server speaks TLS itself. */
  readonly isTls: boolean;
}

const REQUEST_ID = 'x-vcap-request-id';
const PLAIN_TEXT = 'text/plain; charset=utf-8';
const SAFETY = {
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '1; mode=block',
  'X-Frame-Options': 'deny',
  'Content-Security-Policy': "frame-ancestors 'none'",
};
const A_YEAR_OF_TLS = { 'Strict-Transport-Security': 'max-age=31536000' };

/**
 * What every request to Cloud Foundry's API passes first: route, method, headers, OPTIONS and version, in this order, as
 * that policy server does it. What stands behind the door finds a path in its plain form and a version it knows; requests to
 * Heddle's own API pass untouched.
 */
export function frontDoor({ corsDomains, isTls }: DoorOptions): Door {
  return (request, response, pass) => {
    const { method = '', url = '' } = request;
    const target = readTarget(url);
    if (target && isNative(target.path)) return pass();
    if (!target) return answerBare(response, 400, '400 Bad Request');
    const route = findRoute(target.path);
    if (!route) return answerBare(response, 404, '404 page not found\n');
    const allowed = [...route.methods, 'OPTIONS'];
    if (!allowed.includes(method)) {
      response.setHeader('Allow', allowed.join(', '));
      return answerBare(response, 405, 'Method Not Allowed\n');
    }
    setHeaders(response, { ...SAFETY, ...(isTls && A_YEAR_OF_TLS), ...allowedOrigin(request, corsDomains) });
    if (method === 'OPTIONS') return answerOptions(response, route, allowed);
    identify(request, response);
    if (route.version !== undefined && !isKnown(route.version)) {
      response.setHeader('Content-Type', PLAIN_TEXT);
      return end(response, 406, errorBody(`api version '${route.version}' not supported`));
    }
    // Express leaves the one that is there, and that is the one to be told of a refused attempt.
    Object.assign(request, { originalUrl: url, url: target.path + target.query });
    // Nothing here has an entity tag, and yet Express would answer `*` with 304.
    delete request.headers['if-none-match'];
    pass();
  };
}

/** The router's own answers carry none of the usual headers. */
function answerBare(response: ServerResponse, status: number, body: string): void {
  setHeaders(response, { 'Content-Type': PLAIN_TEXT, 'X-Content-Type-Options': 'nosniff' });
  end(response, status, body);
}

function answerOptions(response: ServerResponse, { version }: Route, allowed: readonly string[]): void {
  const methods = version === undefined || /^\w+$/.test(version) ? allowed.join(',') : '';
  setHeaders(response, { 'Access-Control-Allow-Methods': methods, 'Access-Control-Allow-Headers': 'authorization' });
  end(response, 200);
}

function end(response: ServerResponse, status: number, body?: string): void {
  response.statusCode = status;
  response.end(body);
}

function allowedOrigin({ headers: { origin } }: IncomingMessage, domains: readonly string[]): Record<string, string> {
  if (origin !== undefined && domains.includes(origin)) return { 'Access-Control-Allow-Origin': origin };
  return domains.includes('*') ? { 'Access-Control-Allow-Origin': '*' } : {};
}

/** Gives the request an id of its own behind the one it came with; a change it makes is logged under the first part. */
function identify(request: IncomingMessage, response: ServerResponse): void {
  const given = request.headers[REQUEST_ID];
  const id = randomUUID();
  response.setHeader('X-Vcap-Request-Id', typeof given === 'string' && given !== '' ? `${given}::${id}` : id);
  request.headers[REQUEST_ID] = given || id;
}

function isKnown(version: string): boolean {
  return version === 'v0' || version === 'v1';
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
