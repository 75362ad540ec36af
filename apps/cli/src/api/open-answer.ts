import { refusal } from './answers';
import { type ControlPlane, type Question, send, tooLate, unreachable } from './ask';

/**
 * Asks and gives the answer's bytes as they come, however long it takes in all.
 * @param question its `timeoutMs` is how long the control plane may send nothing.
 * @throws {FatalError} when it cannot be reached, falls silent or breaks off, {@link UserError} when it refuses.
 */
export async function* openAnswer(to: ControlPlane, question: Question): AsyncGenerator<Uint8Array> {
  const ending = new AbortController();
  const silence = setTimeout(() => ending.abort(), question.timeoutMs);
  try {
    const response = await send(to, question, AbortSignal.any([to.signal, ending.signal]));
    if (response.status !== 200) throw refusal({ status: response.status, text: await response.text() }, to);
    for await (const portion of response.body) {
      silence.refresh();
      yield portion;
    }
  } catch (error) {
    to.signal.throwIfAborted();
    throw ending.signal.aborted ? tooLate(to, question.timeoutMs, error) : unreachable(to, error);
  } finally {
    clearTimeout(silence);
    ending.abort();
  }
}
