import { AgentClient, readLab } from '@heddle/lab';
import { describeAsRoot } from '@heddle/testing';
import { HeldConnection, visit } from '../support/in-namespace';
import { Lab } from '../support/lab';
import { wirePolicy } from '../support/policies';

const VISITOR = 'heddle-visitor-0';
const door = wirePolicy('visitor', 'homeowner', 8080);

describeAsRoot('the documents of cells, rebuilt while cells work', () => {
  let lab: Lab;
  let home: string;

  beforeAll(async () => {
    lab = await Lab.start();
    home = await lab.addressOf('homeowner');
    await lab.allow(door);
  }, 120_000);
  afterAll(() => lab?.stop(), 60_000);

  /** How many elements each cell has put into its kernel or taken out so far, and how often it had to mend it. */
  const workOfCells = async () => {
    const cells = (await readLab())?.cells ?? [];
    const figures = await Promise.all(cells.map(({ socket }) => new AgentClient(socket).metrics()));
    return figures.map((text) => text.match(/^heddle_agent_(elements_total|drift_total).*$/gm));
  };

  it('change nothing in any kernel, and cut nothing', async () => {
    const held = await HeldConnection.open(VISITOR, home, 8080);
    const before = await workOfCells();
    expect(lab.cli('state', 'rebuild')).toBe(
      '4 documents are as the log has them, and 0 that it does not explain are empty or gone\n',
    );
    expect(await held.isOpenAfter(1_000)).toBe(true);
    expect(await workOfCells()).toEqual(before);
    held.close();
  }, 60_000);

  it('are the ones that the next change is about', async () => {
    const { enforcement } = await lab.forbid(door);
    expect(enforcement).toMatchObject({ state: 'in-force', cellsConcerned: 2 });
    expect((await visit(VISITOR, home, 8080)).result).toBe('refused');
    await lab.allow(door);
    expect((await visit(VISITOR, home, 8080)).result).toMatch(/^Welcome/);
  }, 60_000);
});
