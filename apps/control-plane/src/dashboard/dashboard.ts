import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Handler } from 'express';

/** The page uses nothing from elsewhere; cytoscape sets element styles through the CSS object model, which this allows. */
const CONTENT_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Where the build puts the dashboard, seen from this file's place in the build. */
export const DASHBOARD_FILES = join(__dirname, '../../../../dashboard');

/** Serves the dashboard's files; the page asks for a token itself. */
export function serveDashboard(files = DASHBOARD_FILES): Handler {
  const serve = express.static(files, { index: 'index.html', redirect: true });
  return (request, response, next) => {
    response.setHeader('Content-Security-Policy', CONTENT_POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    serve(request, response, next);
  };
}

/** Whether the dashboard was built. */
export function dashboardIsThere(files = DASHBOARD_FILES): boolean {
  return existsSync(join(files, 'index.html'));
}
