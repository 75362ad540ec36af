import { wantedPrograms } from './programs.mjs';
import { consequenceOf } from './system-programs.mjs';

const [server, ...lab] = wantedPrograms('start', {});

describe('without a program', () => {
  it('nothing goes on if it is the server', () => {
    expect(consequenceOf([server!], 'start', false, {}).isFatal).toBe(true);
    expect(consequenceOf([server!], 'test', false, {}).isFatal).toBe(true);
  });

  it('a start goes on without the lab where nothing can be installed', () =>
    expect(consequenceOf(lab, 'start', false, {})).toEqual({ isFatal: false, advice: '; starting without the lab' }));

  it('a start fails where the lab was asked for', () =>
    expect(consequenceOf(lab, 'start', false, { HEDDLE_LAB: 'on' }).isFatal).toBe(true));

  it('a start fails where the installation failed, and says how to do without', () => {
    const { isFatal, advice } = consequenceOf(lab, 'start', true, {});
    expect(isFatal).toBe(true);
    expect(advice).toContain('HEDDLE_LAB=off npm start');
  });

  it('tests go on', () => expect(consequenceOf(lab, 'test', true, {}).isFatal).toBe(false));
});
