import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** The visitor of the demo: knocks at the homeowner's door once a second and says what came of it, whenever that changes. */
const [url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
const EVERY_MS = 1_000;

async function knock(): Promise<string> {
  return new Promise((resolve) => {
    const sent = get(url, { agent: false, timeout: EVERY_MS }, (response) => {
      response.resume().on('end', () => resolve('let in'));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : error.message),
    );
  });
}

async function main(): Promise<void> {
  for (let last = ''; ; await delay(EVERY_MS)) {
    const now = await knock();
    if (now !== last) console.log(`${new Date().toISOString()} ${url} ${now}`);
    last = now;
  }
}

void main();
