import type { Browser, Locator, Page } from 'playwright-core';

/** How long anything on the page may take to appear, unless a test says otherwise. */
const APPEAR_MS = 10_000;

/** A row of the list of changes, as its reader sees it. */
export interface ChangeShown {
  readonly seq: number;
  readonly actor: string;
  /** Each policy or lease on its own: `+ visitor → homeowner tcp 8080`, `− visitor → homeowner tcp 8080`, `+ cell-1 took …`. */
  readonly what: readonly string[];
  /** `until 3 Jul 2026, 14:03:07 UTC`, of each policy of which that is said. */
  readonly ends: readonly string[];
  /** `the time is over of what was opened by change 7`; '' for a change that somebody asked for. */
  readonly cause: string;
  /** The words of who did it, without quotation marks; '' when none were given. */
  readonly reason: string;
  /** `in force on 2 of 2 cells`; '' until it is known. */
  readonly enforcement: string;
  /** `cell-1 1.9 ms`, `cell-2 waiting…`, `cell-3 unknown`. */
  readonly receipts: readonly string[];
}

/** A cell, as its reader sees it. */
export interface CellShown {
  readonly cell: string;
  readonly state: 'live' | 'silent' | 'past';
  /** Sequence up to which it enforces. */
  readonly enforcedUpTo: number;
  /** `visitor/0`: app and instance index of each container. */
  readonly containers: readonly string[];
}

/** How the live stream is. */
export type ConnectionShown = 'connecting' | 'live' | 'reconnecting';

/**
 * The dashboard in a real browser.
 *
 * ```ts
 * const opened = await openBrowser();                       // from @heddle/testing; skip the suite if there is a `reason`
 * const dashboard = await DashboardPage.open(opened.browser, 'http://127.0.0.1:4002', token);
 * await dashboard.becomes('live');
 * await postPolicy('visitor', 'homeowner', 'tcp', 8080);    // answers with change 12
 * await dashboard.showsEdge('visitor → homeowner tcp 8080');
 * await dashboard.showsInForce(12);
 * expect((await dashboard.change(12)).receipts).toEqual([expect.stringMatching(/^cell-2 [\d.]+ ms$/)]);
 * await dashboard.page.screenshot({ path: 'docs/dashboard.png' });
 * expect(dashboard.complaints).toEqual([]);                 // no script error, nothing refused by the security policy
 * await dashboard.close();
 * ```
 *
 * The graph is a canvas; its edges are read from the list that tells the same as text. Every `shows…` and `becomes`
 * waits, bounded, and throws when it does not come true; the other methods tell what is there now.
 */
export class DashboardPage {
  private constructor(
    readonly page: Page,
    /** Errors of scripts and of the console, in order; a page in order has none. */
    readonly complaints: readonly string[],
  ) {}

  /** Opens the page of a control plane in a tab of its own, 1280 × 800. Without a token it shows the form that asks for one. */
  static async open(
    browser: Browser,
    url: string,
    token?: string,
    { theme = 'light' }: { theme?: 'light' | 'dark' } = {},
  ): Promise<DashboardPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: theme });
    page.setDefaultTimeout(APPEAR_MS);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    await page.goto(`${url}/dashboard/${token === undefined ? '' : `#token=${encodeURIComponent(token)}`}`);
    return new DashboardPage(page, complaints);
  }

  /** Types a token into the form and sends it. */
  async enterToken(token: string): Promise<void> {
    await this.page.getByLabel('Access token').fill(token);
    await this.page.getByRole('button', { name: 'Show the dashboard' }).click();
  }

  /** Waits until the form asks for a token. @returns whether it says that the last one was refused */
  async asksForToken(): Promise<boolean> {
    await this.page.getByLabel('Access token').waitFor();
    return (await this.page.getByRole('alert').count()) > 0;
  }

  /** How the live stream is at this moment. */
  async connection(): Promise<ConnectionShown> {
    return (await attribute(this.page.locator('[data-connection]'), 'data-connection')) as ConnectionShown;
  }

  /** Waits for a state of the live stream. */
  async becomes(connection: ConnectionShown, timeoutMs = APPEAR_MS): Promise<void> {
    await this.page.locator(`[data-connection="${connection}"]`).waitFor({ timeout: timeoutMs });
  }

  /** The sequence of the newest change, as the header tells it. */
  async sequence(): Promise<number> {
    return Number(await attribute(this.page.locator('[data-sequence]'), 'data-sequence'));
  }

  /** The rows of the list, newest first. */
  async changes(): Promise<ChangeShown[]> {
    return Promise.all((await this.page.locator('[data-change]').all()).map(readChange));
  }

  /** One row of the list; waits until it is there. */
  async change(seq: number, timeoutMs = APPEAR_MS): Promise<ChangeShown> {
    const row = this.row(seq);
    await row.waitFor({ timeout: timeoutMs });
    return readChange(row);
  }

  /** Waits until a change is told to be in force on every cell concerned. */
  async showsInForce(seq: number, timeoutMs = APPEAR_MS): Promise<void> {
    await this.row(seq).scrollIntoViewIfNeeded({ timeout: timeoutMs });
    await this.page.locator(`[data-change="${seq}"][data-enforcement="in-force"]`).waitFor({ timeout: timeoutMs });
  }

  /** What the graph allows: `visitor → homeowner tcp 8080`, one for each policy. */
  async edges(): Promise<string[]> {
    return attributes(this.page.locator('[data-edge]'), 'data-edge');
  }

  /** Waits until the graph allows something. */
  async showsEdge(edge: string, timeoutMs = APPEAR_MS): Promise<void> {
    await this.page.locator(`[data-edge="${edge}"]`).waitFor({ state: 'attached', timeout: timeoutMs });
  }

  /** Waits until the graph no longer allows something. */
  async showsNoEdge(edge: string, timeoutMs = APPEAR_MS): Promise<void> {
    await this.page.locator(`[data-edge="${edge}"]`).waitFor({ state: 'detached', timeout: timeoutMs });
  }

  /** The apps of the graph and the cells where each has containers. */
  async apps(): Promise<{ app: string; cells: string[] }[]> {
    const apps = await this.page.locator('[data-app]').all();
    return Promise.all(
      apps.map(async (app) => ({
        app: await attribute(app, 'data-app'),
        cells: (await attribute(app, 'data-cells')).split(' ').filter(Boolean),
      })),
    );
  }

  /** The cells. */
  async cells(): Promise<CellShown[]> {
    return Promise.all((await this.page.locator('[data-cell]').all()).map(readCell));
  }

  /** Waits until a cell is live or silent. */
  async showsCell(cell: string, state: 'live' | 'silent', timeoutMs = APPEAR_MS): Promise<void> {
    await this.page.locator(`[data-cell="${cell}"][data-state="${state}"]`).waitFor({ timeout: timeoutMs });
  }

  /** Shows what was so after a change. */
  async lookBackTo(seq: number): Promise<void> {
    const button = this.page.getByRole('button', { name: 'Look back' });
    if ((await button.count()) > 0) await button.click();
    const slider = this.page.getByLabel('Moment, by change');
    await slider.fill(String(seq));
    await slider.blur();
    await this.showsMoment(seq);
  }

  /** Waits until what is shown is of a change or of a later one. */
  async showsMoment(seq: number, timeoutMs = APPEAR_MS): Promise<void> {
    await this.page.locator(`[data-moment="${seq}"]`).waitFor({ timeout: timeoutMs });
  }

  /** Goes on from the moment shown, so many times as fast as it was. */
  async play(speed: number): Promise<void> {
    await this.page.getByLabel('speed').selectOption(String(speed));
    await this.page.getByRole('button', { name: 'Play' }).click();
  }

  /** Shows again what is so now. */
  async backToNow(): Promise<void> {
    await this.page.getByRole('button', { name: 'Back to now' }).click();
  }

  /** Closes the tab. */
  async close(): Promise<void> {
    await this.page.close();
  }

  private row(seq: number): Locator {
    return this.page.locator(`[data-change="${seq}"]`);
  }
}

async function readChange(row: Locator): Promise<ChangeShown> {
  const [seq, actor, what, ends, cause, reason, enforcement, receipts] = await Promise.all([
    attribute(row, 'data-change'),
    row.locator('.actor').innerText(),
    readWhat(row.locator('[data-sign]')),
    row.locator('[data-sign] .end').allInnerTexts(),
    row.locator('.cause').allInnerTexts(),
    row.locator('.reason').allInnerTexts(),
    row.locator('.enforcement').innerText(),
    row.locator('[data-receipt]').allInnerTexts(),
  ]);
  return { seq: Number(seq), actor, what, ends, cause: cause.join(''), reason: reason.join(''), enforcement, receipts };
}

async function readWhat(lines: Locator): Promise<string[]> {
  return Promise.all(
    (await lines.all()).map(async (line) => {
      const told = (await line.getAttribute('data-policy')) ?? (await line.innerText());
      return `${await attribute(line, 'data-sign')} ${told}`;
    }),
  );
}

async function readCell(cell: Locator): Promise<CellShown> {
  const [name, state, enforcedUpTo, containers] = await Promise.all([
    attribute(cell, 'data-cell'),
    attribute(cell, 'data-state'),
    attribute(cell.locator('[data-enforced-up-to]'), 'data-enforced-up-to'),
    attributes(cell.locator('[data-container]'), 'data-container'),
  ]);
  return { cell: name, state: state as CellShown['state'], enforcedUpTo: Number(enforcedUpTo), containers };
}

async function attribute(element: Locator, name: string): Promise<string> {
  const value = await element.getAttribute(name);
  if (value === null) throw new Error(`the page has an element without ${name}`);
  return value;
}

async function attributes(elements: Locator, name: string): Promise<string[]> {
  return Promise.all((await elements.all()).map((element) => attribute(element, name)));
}
