import { wrong, type Parsed } from "./json-line";

/** Remembers which line first used an id, and refuses the later ones. */
export class FirstLines {
  readonly #lines = new Map<string, number>();

  constructor(private readonly field: string) {}

  check<Value>(id: string, line: number, parsed: Parsed<Value>): Parsed<Value> {
    const first = this.#lines.get(id);
    if (first !== undefined) return wrong(this.field, id, `an id of its own; line ${first} has it already`);
    this.#lines.set(id, line);
    return parsed;
  }
}
