import { type Command, Option } from 'commander';
import type { GuardrailApi } from '../api/guardrail-api';
import type { Statement, ViolationPage } from '../api/guardrail-schemas';
import { pastMoment } from '../arguments/past-moment';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import type { Printer } from '../output/printer';
import { violationTable } from './violation-table';

/** In which part of the past is looked. */
export interface WindowOptions {
  readonly since?: string;
  readonly until?: string;
}

/** Gives a command the options that name it. */
export function withWindow(command: Command, { timeZone }: Pick<Io, 'timeZone'>): Command {
  return command
    .addOption(
      new Option('--since <moment>', 'only policies that stood then or later').argParser(
        pastMoment('--since', timeZone),
      ),
    )
    .addOption(
      new Option('--until <moment>', 'only those that stood until then; without it, now').argParser(
        pastMoment('--until', timeZone),
      ),
    );
}

/**
 * Prints everything that was against a guardrail or a statement, page by page.
 * @returns how many policies are against it at the end of the window.
 */
export async function printEveryViolation(
  guardrails: GuardrailApi,
  of: string | Statement,
  { since, until }: WindowOptions,
  printer: Printer,
): Promise<number> {
  let standing = 0;
  let isFirst = true;
  for (let [after, end]: (string | undefined)[] = [undefined, until]; ;) {
    const found = await guardrails.violations(of, { since, until: end, after });
    standing += found.violations.filter((each) => each.until === null || each.until.seq > found.until.seq).length;
    if (isFirst || found.violations.length > 0) printer.printNext(found, (page) => pageText(found, page));
    if (found.next === null) return standing;
    // Every page is about the window of the first.
    [after, end, isFirst] = [found.next, String(found.until.seq), false];
  }
}

function pageText(found: ViolationPage, page: Page): string {
  if (found.violations.length > 0) return violationTable(found, page);
  return found.next === null ? `${asOfWords(found.until, page)}: no policy is against it, and none was` : 'looking on…';
}
