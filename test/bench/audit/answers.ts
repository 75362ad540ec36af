import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ControlPlaneProcess } from '../../support/control-plane-process';

/** Long answers of a control plane, taken as they come. */
export class Answers {
  constructor(private readonly plane: ControlPlaneProcess) {}

  /** The lines of an answer. */
  async *lines(method: 'GET' | 'POST', path: string): AsyncGenerator<string> {
    let text = '';
    for await (const portion of (await this.open(method, path)).pipeThrough(new TextDecoderStream())) {
      const lines = (text + (portion as string)).split('\n');
      text = lines.pop() ?? '';
      yield* lines;
    }
  }

  /** Writes an answer to a file. */
  async save(path: string, file: string): Promise<void> {
    await pipeline(await this.open('GET', path), createWriteStream(file));
  }

  private async open(method: 'GET' | 'POST', path: string) {
    const headers = { authorization: `bearer ${this.plane.token}` };
    const response = await fetch(new URL(path, this.plane.url), { method, headers });
    if (response.status !== 200 || !response.body) throw new Error(`${method} ${path} answered ${response.status}`);
    return response.body;
  }
}
