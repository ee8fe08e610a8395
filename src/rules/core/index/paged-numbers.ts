const pageBits = 12;
const pageSize = 1 << pageBits;
const withinPage = pageSize - 1;

/**
 * Whole numbers (32 bits) by whole numbers, 0 where none was written. It grows by a page at a time, so that growing
 * copies nothing; a page is there once something stands in it.
 */
export class PagedNumbers {
  readonly #pages: (Int32Array | undefined)[] = [];

  get(place: number): number {
    const page = this.#pages[place >>> pageBits];
    return page === undefined ? 0 : page[place & withinPage]!;
  }

  set(place: number, value: number): void {
    const number = place >>> pageBits;
    while (this.#pages.length <= number) this.#pages.push(undefined);
    const page = (this.#pages[number] ??= new Int32Array(pageSize));
    page[place & withinPage] = value;
  }

  clear(): void {
    for (const page of this.#pages) page?.fill(0);
  }

  get bytes(): number {
    return this.#pages.reduce((sum, page) => sum + (page?.byteLength ?? 0), 0);
  }
}
