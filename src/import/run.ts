import type { Work } from "../context";
import type { Line } from "./core/line-splitter";
import type { Parsed } from "./core/json-line";
import { readBatches, type InputFile } from "./read-lines";
import type { Progress } from "./progress";

/** What the parts of one import share. */
export interface Run {
  readonly work: Work;
  readonly progress: Progress;
  readonly batchLines: number;
  /** Notes a line for the report; the import goes on. */
  reject(file: string, line: number, reason: string): void;
}

/** A good line with its number. */
export interface ReadLine<Value> {
  readonly number: number;
  readonly value: Value;
}

/**
 * Reads a file batch by batch, hands the good lines of each batch on and waits until they are stored. `name` is how the
 * report calls the file, `label` how the progress bar does.
 */
export async function eachBatch<Value>(
  run: Run,
  file: InputFile & { readonly name: string; readonly label: string },
  parse: (text: string, line: number) => Parsed<Value>,
  store: (lines: readonly ReadLine<Value>[]) => Promise<void>,
): Promise<void> {
  run.progress.begin(file.label, file.lines);
  try {
    for await (const lines of readBatches(file, run.batchLines)) {
      const good = lines.flatMap((line) => {
        const read = readLine(line, parse);
        if (read.ok) return [{ number: line.number, value: read.value }];
        run.reject(file.name, line.number, read.reason);
        return [];
      });
      if (good.length > 0) await store(good);
      run.progress.advance(lines.length);
    }
  } finally {
    run.progress.end();
  }
}

function readLine<Value>(line: Line, parse: (text: string, line: number) => Parsed<Value>): Parsed<Value> {
  return line.problem === undefined ? parse(line.text, line.number) : { ok: false, reason: line.problem };
}
