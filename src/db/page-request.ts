/** A request for one page: the keyset position to start after, and one row more than wanted, to see if there is more. */
export interface PageRequest {
  readonly limit: number;
  readonly after: readonly string[] | null;
}
