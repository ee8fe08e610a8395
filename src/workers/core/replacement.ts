/** How often in a row a place's worker ended too soon. */
export interface Troubles {
  /** Before it had served for a minute. */
  readonly shortLives: number;
  /** Before it served at all. */
  readonly failedStarts: number;
}

export const noTroubles: Troubles = { shortLives: 0, failedStarts: 0 };

/** So many starts of one place may fail in a row; a worker that cannot start is not made better by a sixth try. */
export const mostFailedStarts = 5;

const pauseMillis = { first: 100, longest: 30_000 };
const longLifeMillis = 60_000;

/** `servedMillis` is how long the worker that ended had served; undefined where it never did. */
export function troublesAfter(before: Troubles, servedMillis: number | undefined): Troubles {
  const wasShort = servedMillis === undefined || servedMillis < longLifeMillis;
  return {
    shortLives: wasShort ? before.shortLives + 1 : 0,
    failedStarts: servedMillis === undefined ? before.failedStarts + 1 : 0,
  };
}

/**
 * How long to wait before the replacement is started: not at all after a long life, then doubling, so that a worker that
 * dies of what its clients send does not take the processors from those that serve.
 */
export function pauseBeforeReplacing({ shortLives }: Troubles): number {
  if (shortLives === 0) return 0;
  return Math.min(pauseMillis.first * 2 ** (shortLives - 1), pauseMillis.longest);
}
