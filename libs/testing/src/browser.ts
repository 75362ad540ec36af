import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Names under which distributions install the browser; Debian's is the first. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** How long the browser may take to start, on a machine that does other things as well. */
const START_TIMEOUT_MS = 30_000;

/** No window, no GPU, and not a packet to anyone but the page under test. As root there is no sandbox. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A running browser, or why there is none; to be said where the suite is skipped. */
export type OpenedBrowser = { readonly browser: Browser } | { readonly reason: string };

/**
 * Starts the Chromium that is installed, with a fresh profile which is removed when the browser is closed.
 * Whoever opened it closes it (`await browser.close()`).
 * @throws when a browser is there but does not start
 */
export async function openBrowser(): Promise<OpenedBrowser> {
  const executablePath = findBrowser();
  if (!executablePath) return { reason: `needs a browser; one of ${NAMES.join(', ')} on PATH (Debian: chromium)` };
  return { browser: await chromium.launch({ executablePath, args: ARGUMENTS, timeout: START_TIMEOUT_MS }) };
}

/** Path of the browser that {@link openBrowser} would start, or null. */
function findBrowser(): string | null {
  const directories = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => directories.map((directory) => join(directory, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
