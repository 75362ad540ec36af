import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeAsRoot, openBrowser } from '@heddle/testing';
import type { Browser } from 'playwright-core';
import { Lab } from '../support/lab';
import { wirePolicy } from '../support/policies';
import { DashboardPage } from './dashboard-page';

/** The picture in the README; taken anew only when asked, since no two are alike. */
const PICTURE = process.env.SCREENSHOT_DIR;

describeAsRoot('the dashboard in a browser', () => {
  let lab: Lab;
  let browser: Browser | undefined;

  beforeAll(async () => {
    const opened = await openBrowser();
    if ('reason' in opened) throw new Error(`no browser: ${opened.reason}`);
    browser = opened.browser;
    lab = await Lab.start();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  }, 60_000);

  it('asks for a token and does not take a wrong one', async () => {
    const page = await DashboardPage.open(theBrowser(), lab.heddle.url);
    const wasRefused = await page.asksForToken();
    expect(wasRefused).toBe(false);
    await page.enterToken('wrong');
    expect(await page.asksForToken()).toBe(true);
    await page.close();
  });

  it('changes while one looks at it: the edge, the change, and the receipt of each cell', async () => {
    const page = await DashboardPage.open(theBrowser(), lab.heddle.url, lab.heddle.token, { theme: 'light' });
    await page.becomes('live');
    const { seq } = await lab.allow(wirePolicy('visitor', 'homeowner'));
    await page.showsEdge('visitor → homeowner tcp 8080');
    await page.showsInForce(seq);
    const change = await page.change(seq);
    expect(change.receipts).toEqual([
      expect.stringMatching(/^cell-1 [\d.]+ ms$/),
      expect.stringMatching(/^cell-2 [\d.]+ ms$/),
    ]);
    await lab.allow(
      wirePolicy('homeowner', 'pantry', 5432),
      wirePolicy('postman', 'homeowner', 8081, 8090),
      wirePolicy('gardener', 'shed', 53, 53, 'udp'),
      wirePolicy('homeowner', 'shed', 22),
    );
    await page.showsCell('cell-2', 'live');
    expect((await page.cells()).map(({ cell, state }) => [cell, state])).toEqual([
      ['cell-1', 'live'],
      ['cell-2', 'live'],
    ]);
    if (PICTURE !== undefined) await takePicture(page, join(PICTURE, 'dashboard.png'));
    await lab.forbid(wirePolicy('visitor', 'homeowner'));
    await page.showsNoEdge('visitor → homeowner tcp 8080');
    expect(page.complaints).toEqual([]);
    await page.close();
  });

  it('says of every kind of change what it did', async () => {
    const page = await DashboardPage.open(theBrowser(), lab.heddle.url, lab.heddle.token);
    await page.becomes('live');
    const shown = async () => (await page.change((await lab.newestChange()).seq)).what;
    const [bell, letters] = [wirePolicy('postman', 'bell', 1), wirePolicy('postman', 'letterbox', 2)];
    await lab.allow(bell);
    await lab.allow(bell, letters);
    expect(await shown()).toEqual(['+ postman → letterbox tcp 2', '= postman → bell tcp 1']);
    await lab.allow(letters);
    expect(await shown()).toEqual(['= postman → letterbox tcp 2']);
    await lab.forbid(bell, letters);
    expect(await shown()).toEqual(['− postman → bell tcp 1', '− postman → letterbox tcp 2']);
    await lab.forbid(letters);
    expect(await shown()).toEqual(['= postman → letterbox tcp 2']);
    const group = '/api/v1/security-groups/g-1';
    await lab.heddle.request('PUT', group, { name: 'dns', rules: [] });
    expect(await shown()).toEqual(['+ security group dns added']);
    await lab.heddle.request('PUT', group, { name: 'dns', rules: [], runningDefault: true });
    expect(await shown()).toEqual(['~ security group dns changed']);
    const { seq: everywhere } = await lab.newestChange();
    await page.showsInForce(everywhere);
    expect((await page.change(everywhere)).receipts).toEqual([
      expect.stringMatching(/^cell-1 [\d.]+ m?s$/),
      expect.stringMatching(/^cell-2 [\d.]+ m?s$/),
    ]);
    await lab.heddle.request('DELETE', group);
    expect(await shown()).toEqual(['− security group g-1 removed']);
    const { seq } = await lab.newestChange();
    await page.page.locator(`[data-change="${seq}"] summary`).click();
    await page.page.locator(`[data-change="${seq}"]`).getByText('127.0.0.1').waitFor();
    expect(page.complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it('says when a policy closes by itself, that it did, and whose change was undone', async () => {
    const page = await DashboardPage.open(theBrowser(), lab.heddle.url, lab.heddle.token);
    await page.becomes('live');
    const ask = async (path: string, body: object = {}): Promise<number> => {
      const answer = await lab.heddle.request('POST', path, body, { 'x-heddle-reason': 'break glass' });
      return (JSON.parse(answer.body) as { change: number }).change;
    };
    const policies = [{ source: 'ops', destination: 'vault', protocol: 'tcp', start: 22, end: 22 }];
    const opened = await ask('/api/v1/changes', { type: 'add-policies', policies, expires: '2h' });
    expect(await page.change(opened)).toMatchObject({
      ...{ what: ['+ ops → vault tcp 22'], cause: '' },
      ends: [expect.stringMatching(/^until \d+ \w+ \d{4}, \d\d:\d\d:\d\d /)],
    });
    const limited = await ask('/api/v1/changes', { type: 'limit-policies', policies, expires: '1s' });
    expect((await page.change(limited)).what).toEqual(['~ ops → vault tcp 22']);
    const closed = limited + 1;
    expect(await page.change(closed)).toMatchObject({
      ...{ what: ['− ops → vault tcp 22'], cause: `the time is over of what was opened by change ${limited}` },
    });
    await lab.allow(wirePolicy('ops', 'vault', 23));
    const { seq } = await lab.newestChange();
    const undone = await ask(`/api/v1/changes/${seq}/revert`);
    expect(await page.change(undone)).toMatchObject({ cause: `undoes change ${seq}` });
    expect(page.complaints).toEqual([]);
    if (PICTURE !== undefined) await takePicture(page, join(PICTURE, 'ends.png'));
    await page.close();
  }, 60_000);

  it('shows what was so at another moment, and plays on from there', async () => {
    const page = await DashboardPage.open(theBrowser(), lab.heddle.url, lab.heddle.token);
    await page.becomes('live');
    const [edge, later] = ['gardener → homeowner tcp 2', 'gardener → pantry tcp 3'];
    const opened = await lab.allow(wirePolicy('gardener', 'homeowner', 2));
    const closed = await lab.forbid(wirePolicy('gardener', 'homeowner', 2));
    const last = await lab.allow(wirePolicy('gardener', 'pantry', 3));
    await page.showsEdge(later);
    await page.lookBackTo(opened.seq);
    await page.showsEdge(edge);
    expect(await page.edges()).not.toContain(later);
    expect((await page.changes())[0]?.seq).toBe(opened.seq);
    expect((await page.cells()).map(({ cell, state }) => [cell, state])).toEqual([
      ['cell-1', 'past'],
      ['cell-2', 'past'],
    ]);
    expect((await page.cells()).flatMap(({ containers }) => containers)).toContain('homeowner/0');
    if (PICTURE !== undefined) await takePicture(page, join(PICTURE, 'looking-back.png'));
    await page.play(60);
    await page.showsNoEdge(edge, 30_000);
    await page.showsEdge(later, 30_000);
    await page.showsMoment(last.seq, 30_000);
    await page.lookBackTo(closed.seq);
    await page.showsNoEdge(edge);
    await page.backToNow();
    await page.showsEdge(later);
    await page.showsCell('cell-1', 'live');
    await lab.forbid(wirePolicy('gardener', 'pantry', 3));
    await page.showsNoEdge(later);
    expect(page.complaints).toEqual([]);
    await page.close();
  }, 120_000);

  /** Once the graph has come to rest. */
  async function takePicture(page: DashboardPage, path: string): Promise<void> {
    await delay(2_000);
    await page.page.screenshot({ path });
  }

  function theBrowser(): Browser {
    if (!browser) throw new Error('the browser is not open');
    return browser;
  }
});
