/** One place where two contents differ. `undefined` stands for absent, which null is not. */
export interface VersionChange {
  /** From the content's root: `["reward", "amountMinor"]`; list positions count from 0. */
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The smallest places in which two JSON contents differ, sorted by path; empty where they are equal. Lists are compared
 * position by position: an entry put in front shows as changes of all that follow, which is plain to read for the short
 * lists that contents hold, where a longest common subsequence would be shorter but surprising.
 */
export function diffContents(before: unknown, after: unknown): VersionChange[] {
  return changesAt([], before, after);
}

function changesAt(path: readonly string[], before: unknown, after: unknown): VersionChange[] {
  const left = parts(before);
  const right = parts(after);
  if (left === undefined || right === undefined || Array.isArray(before) !== Array.isArray(after)) {
    return Object.is(before, after) ? [] : [{ path, before, after }];
  }
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.sort(Array.isArray(before) ? byNumber : undefined).flatMap((key) => {
    return changesAt([...path, key], left.get(key), right.get(key));
  });
}

function parts(value: unknown): Map<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}
