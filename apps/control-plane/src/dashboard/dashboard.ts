import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

/** The page uses nothing from elsewhere; cytoscape sets element styles through the CSS object model, which this allows. */
const CONTENT_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Where the build puts the dashboard, seen from this file's place in the build. */
export const DASHBOARD_FILES = join(__dirname, '../../../../dashboard');

/** What goes out with each of the dashboard's files. The page asks for a token itself. */
export function guardDashboard(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', CONTENT_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
}

/** Whether the dashboard was built. */
export function dashboardIsThere(files = DASHBOARD_FILES): boolean {
  return existsSync(join(files, 'index.html'));
}
