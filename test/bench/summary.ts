/** The p-th quantile (0–1) of some figures, by the nearest rank. */
export function quantile(figures: readonly number[], p: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

/** Rounded to three places. */
export function rounded(figure: number): number {
  return Math.round(figure * 1000) / 1000;
}

/** Median, 99th percentile and maximum, rounded to the microsecond, with a prefix: `kernel_p50_ms`. */
export function summary(prefix: string, figures: readonly number[]): Record<string, number> {
  return {
    [`${prefix}p50_ms`]: rounded(quantile(figures, 0.5)),
    [`${prefix}p99_ms`]: rounded(quantile(figures, 0.99)),
    [`${prefix}max_ms`]: rounded(Math.max(...figures)),
  };
}

/** Prints the figures of a bench: as one line of JSON with `--json`, else one figure a line. */
export function print(result: Record<string, unknown>): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else
    console.log(
      `${Object.entries(result)
        .map(([name, value]) => `${name.padEnd(30)} ${String(value)}`)
        .join('\n')}\n`,
    );
}
