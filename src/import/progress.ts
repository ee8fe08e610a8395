import { Presets, SingleBar } from "cli-progress";

/** Where a long task tells how far it is. One task at a time; `total` and `advance` count the same things. */
export interface Progress {
  begin(label: string, total: number): void;
  advance(by: number): void;
  end(): void;
}

export const silentProgress: Progress = { begin: () => undefined, advance: () => undefined, end: () => undefined };

/** A bar on a terminal; nothing where the stream is a file or a pipe, whose readers want no control characters. */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return silentProgress;
  let bar: SingleBar | undefined;
  return {
    begin(label, total) {
      const format = `${label.padEnd(28)} {bar} {percentage}% | {value}/{total}`;
      bar = new SingleBar({ format, stream, clearOnComplete: false }, Presets.shades_classic);
      bar.start(total, 0);
    },
    advance: (by) => bar?.increment(by),
    end: () => bar?.stop(),
  };
}
