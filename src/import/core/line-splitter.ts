/** One line of a file. `text` is undefined where `problem` says why the line cannot be read as text. */
export type Line =
  | { readonly number: number; readonly text: string; readonly problem?: undefined }
  | { readonly number: number; readonly text?: undefined; readonly problem: string };

const newline = 0x0a;
const byteOrderMark = "\ufeff";

/** A longer line is no line of any of these formats, but perhaps a file without line breaks: it is not collected. */
export const longestLineBytes = 1_048_576;

/**
 * Cuts a stream of bytes into numbered lines, from 1. LF or CRLF ends a line; a last line without either is a line, and
 * nothing after the last line break is none. A byte order mark before the first line is dropped. A line that is not
 * UTF-8 or longer than a mebibyte comes with its number and the reason instead of its text.
 */
export class LineSplitter {
  #number = 0;
  /** The pieces of the line that is not ended yet, and their length, which goes on counting when pieces are dropped. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, start)) {
      this.#add(chunk.subarray(start, at));
      lines.push(this.#take());
      start = at + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
    return lines;
  }

  /** What stands after the last line break: one line or none. */
  end(): Line[] {
    return this.#bytes > 0 ? [this.#take()] : [];
  }

  #add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes <= longestLineBytes) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  #take(): Line {
    const number = (this.#number += 1);
    const [bytes, pieces] = [this.#bytes, this.#pieces];
    this.#bytes = 0;
    this.#pieces = [];
    if (bytes > longestLineBytes) {
      return { number, problem: `the line has ${bytes} bytes, expected at most ${longestLineBytes}` };
    }
    let text: string;
    try {
      text = this.#decoder.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    } catch {
      return { number, problem: "the line is not UTF-8 text" };
    }
    if (number === 1 && text.startsWith(byteOrderMark)) text = text.slice(1);
    return { number, text: text.endsWith("\r") ? text.slice(0, -1) : text };
  }
}
