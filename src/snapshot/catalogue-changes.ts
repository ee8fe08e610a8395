/** Whether a request changed the catalogue since it was last asked. One per request. */
export class CatalogueChanges {
  #changed = false;

  note(): void {
    this.#changed = true;
  }

  take(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }
}
