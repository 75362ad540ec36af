import { execFileSync } from 'node:child_process';
import { HeldConnection, visit, visitUntil } from './in-namespace';
import type { Lab } from './lab';
import { POLICIES, policiesBody, wirePolicy } from './policies';

const VISITOR = 'heddle-visitor-0';
const HOMEOWNER = 'heddle-homeowner-0';
/** A refusal is an answer: it comes at once, not when somebody's patience is over. Bounded by what starting curl takes. */
const AT_ONCE_MS = 1_000;

const door = wirePolicy('visitor', 'homeowner', 8080);

/** What packets have to meet on a lab whatever programs its kernels. The suite around it removes the policies after each. */
export function itIsEnforced(started: () => Lab): void {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = started();
    home = await lab.addressOf('homeowner');
  });

  it('is not needed to be refused at once', async () => {
    const { result, ms } = await visit(VISITOR, home, 8080);
    expect(result).toBe('refused');
    expect(ms).toBeLessThan(AT_ONCE_MS);
  });

  it('opens its port, in its direction, and closes it again', async () => {
    const opened = await lab.allow(door);
    expect(opened.enforcement).toMatchObject({ state: 'in-force', cellsConcerned: 2 });
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/^Welcome home, visitor from 10\.255\./);
    expect((await visit(VISITOR, home, 8081)).result).toBe('refused');
    expect((await visit(HOMEOWNER, await lab.addressOf('visitor'), 8080)).result).toBe('refused');
    const closed = await lab.forbid(door);
    expect(closed.enforcement.state).toBe('in-force');
    expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
  });

  it('works before anybody waits for it', async () => {
    await lab.heddle.request('POST', POLICIES, policiesBody(door));
    expect(await visitUntil(VISITOR, home, 8080, /Welcome/)).toMatch(/Welcome/);
  });

  it('when removed cuts the connection that is held, and leaves the one of another policy alone', async () => {
    const other = wirePolicy('visitor', 'homeowner', 8081);
    await lab.allow(door, other);
    const held = await HeldConnection.open(VISITOR, home, 8080);
    const kept = await HeldConnection.open(VISITOR, home, 8081);
    expect(await held.isOpenAfter(300)).toBe(true);
    await lab.forbid(door);
    expect(await held.isCut()).toBe(true);
    expect(await kept.isOpenAfter(300)).toBe(true);
    kept.close();
  });

  it('covers a range to both its ends', async () => {
    await lab.allow(wirePolicy('visitor', 'homeowner', 8000, 8080));
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
    expect((await visit(VISITOR, home, 8081)).result).toBe('refused');
  });

  it('reaches containers started in the lab, on the same cell and across', async () => {
    const server = [process.execPath, 'dist/apps/demo/src/homeowner.js'];
    const run = ['lab', 'run', 'homeowner', '--cell', '1', '--index', '1', '--output', 'json', '--', ...server];
    const same = JSON.parse(lab.cli(...run)) as { address: string };
    try {
      expect((await visit(VISITOR, same.address, 8080)).result).toBe('refused');
      await lab.allow(door);
      expect(await visitUntil(VISITOR, same.address, 8080, /Welcome/)).toMatch(/Welcome/);
      expect((await visit(VISITOR, home, 8080)).result).toMatch(/Welcome/);
      expect((await visit('heddle-homeowner-1', home, 8080)).result).toBe('refused');
      expect(lab.cli('lab', 'ps')).toMatch(/homeowner\/1 +cell-1 +10\.255\./);
      await lab.forbid(door);
      expect((await visit(VISITOR, same.address, 8080)).result).toBe('refused');
    } finally {
      lab.cli('lab', 'rm', 'homeowner', '--index', '1');
    }
    expect(lab.cli('lab', 'ps')).not.toMatch(/homeowner\/1/);
    expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain('heddle-homeowner-1');
  });
}
