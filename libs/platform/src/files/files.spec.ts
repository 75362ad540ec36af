import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FatalError } from '../errors';
import { createFileAtomically, ensureDataDirectory, readJsonFile, writeFileAtomically } from '.';

describe('files', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'heddle-files-'));
    path = join(directory, 'file');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const modeOf = (of: string) => statSync(of).mode & 0o777;

  describe('replaced atomically', () => {
    it('have the new content and mode, and nothing lies beside them', async () => {
      writeFileSync(path, 'old', { mode: 0o666 });
      await writeFileAtomically(path, 'new', 0o600);
      expect(readFileSync(path, 'utf8')).toBe('new');
      expect(modeOf(path)).toBe(0o600);
      expect(readdirSync(directory)).toEqual(['file']);
    });

    it('are a new file, so that who has the old one open reads on in the old content', async () => {
      writeFileSync(path, 'old');
      const { ino } = statSync(path);
      await writeFileAtomically(path, 'new', 0o600);
      expect(statSync(path).ino).not.toBe(ino);
    });

    it('have their mode whatever the umask', async () => {
      const umask = process.umask(0o077);
      try {
        await writeFileAtomically(path, 'x', 0o644);
      } finally {
        process.umask(umask);
      }
      expect(modeOf(path)).toBe(0o644);
    });

    it('leave nothing behind when they cannot be placed', async () => {
      await expect(writeFileAtomically(directory, 'x', 0o600)).rejects.toThrow();
      expect(readdirSync(tmpdir()).filter((name) => join(tmpdir(), name).startsWith(`${directory}.`))).toEqual([]);
    });
  });

  describe('made atomically', () => {
    it('are made by exactly one of many', async () => {
      const made = await Promise.all(Array.from({ length: 20 }, (_, i) => createFileAtomically(path, `${i}`, 0o600)));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(readFileSync(path, 'utf8')).toBe(String(made.indexOf(true)));
      expect(readdirSync(directory)).toEqual(['file']);
    });
  });

  describe('of JSON', () => {
    const schema = z.object({ port: z.number() });

    it('are read and checked', async () => {
      writeFileSync(path, '{"port": 1}');
      await expect(readJsonFile(path, schema)).resolves.toEqual({ port: 1 });
    });

    it('may be missing', async () => expect(await readJsonFile(path, schema)).toBeUndefined());

    it.each(['{"port": "x"}', '{"po', '', '[]'])('are refused by name when they hold %j', async (text) => {
      writeFileSync(path, text);
      const reading = readJsonFile(path, schema);
      await expect(reading).rejects.toBeInstanceOf(FatalError);
      await expect(reading).rejects.toThrow(path);
    });

    it('are refused when they cannot be read', async () =>
      expect(readJsonFile(directory, schema)).rejects.toBeInstanceOf(FatalError));
  });

  describe('in the data directory', () => {
    it('are for its owner alone', async () => {
      const made = await ensureDataDirectory(join(directory, 'a/b'));
      expect(made).toBe(join(directory, 'a/b'));
      expect(modeOf(made)).toBe(0o700);
    });

    it('cannot be where a file is: it says which directory, and what to do', async () => {
      writeFileSync(path, '');
      const ensuring = ensureDataDirectory(join(path, 'below'));
      await expect(ensuring).rejects.toBeInstanceOf(FatalError);
      await expect(ensuring).rejects.toThrow(
        `the data directory ${path}/below cannot be written (ENOTDIR): make it writable for this user, or name another one in HEDDLE_DATA_DIR`,
      );
    });
  });
});
