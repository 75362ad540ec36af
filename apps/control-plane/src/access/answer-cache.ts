/** How long answers count. */
export interface CacheBounds {
  /** How long an answer counts, in milliseconds. */
  readonly keepMs: number;
  /** How long it counts that there is none. */
  readonly keepAbsenceMs: number;
  /** How many answers are kept; the oldest goes first. */
  readonly most: number;
}

/** Asks about keys; those without an answer are left out. */
export type AskAbout<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;

interface Kept<V> {
  /** Undefined says that there is no answer. */
  readonly value: V | undefined;
  /** When the question was put: the answer is not newer than that. */
  readonly askedAtMs: number;
}

/** Answers of a slow service, kept for a short time. Whoever asks what is being asked already waits for the same answer. */
export class AnswerCache<V> {
  private readonly kept = new Map<string, Kept<V>>();
  private readonly underWay = new Map<string, Promise<ReadonlyMap<string, V>>>();

  constructor(
    private readonly ask: AskAbout<V>,
    private readonly bounds: CacheBounds,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The answers for some keys; a key without one is left out.
   * @param noOlderThanMs what is kept for longer is asked anew.
   * @throws whatever the asking throws. Failures are not kept.
   */
  async get(keys: Iterable<string>, noOlderThanMs = Infinity): Promise<Map<string, V>> {
    const found = new Map<string, V>();
    const waited = new Map<string, Promise<ReadonlyMap<string, V>>>();
    const missing: string[] = [];
    for (const key of new Set(keys)) {
      const kept = this.fresh(key, noOlderThanMs);
      const asked = this.underWay.get(key);
      if (kept) keep(found, key, kept.value);
      else if (asked) waited.set(key, asked);
      else missing.push(key);
    }
    const batch = missing.length > 0 ? this.askNow(missing) : undefined;
    for (const [key, answers] of waited) keep(found, key, (await answers).get(key));
    const answers = await batch;
    for (const key of missing) keep(found, key, answers?.get(key));
    return found;
  }

  private fresh(key: string, noOlderThanMs: number): Kept<V> | undefined {
    const kept = this.kept.get(key);
    if (!kept) return undefined;
    const { keepMs, keepAbsenceMs } = this.bounds;
    const countsMs = Math.min(kept.value === undefined ? keepAbsenceMs : keepMs, noOlderThanMs);
    return this.now() - kept.askedAtMs < countsMs ? kept : undefined;
  }

  private askNow(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    const answers = this.askAndKeep(keys).finally(() => {
      for (const key of keys) this.underWay.delete(key);
    });
    // Whoever waits hears of a failure; nobody may be waiting any more when it comes.
    answers.catch(() => {});
    for (const key of keys) this.underWay.set(key, answers);
    return answers;
  }

  private async askAndKeep(keys: readonly string[]): Promise<ReadonlyMap<string, V>> {
    const askedAtMs = this.now();
    const answers = await this.ask(keys);
    for (const key of keys) {
      this.kept.delete(key);
      this.kept.set(key, { value: answers.get(key), askedAtMs });
    }
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.bounds.most) break;
      this.kept.delete(oldest);
    }
    return answers;
  }
}

function keep<V>(found: Map<string, V>, key: string, value: V | undefined): void {
  if (value !== undefined) found.set(key, value);
}
