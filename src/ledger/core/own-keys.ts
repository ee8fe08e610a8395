const id = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** Under which the alliance itself posts: what lapses, arrives, comes back, opens, is merged, adjusted, earned or swapped. */
const ownKeys = new RegExp(
  `^(?:(?:adjustment|opening):${id}|purchase:${id}:${id}|(?:expire|release|merge|transit):${id}:.*|swap:${id}:(?:hold|capture|void)|(?:return|lapsed-hold):\\d+)$`,
);

/**
 * Whether a key is of the form of those. Callers must not use one: the command that it is meant for would be refused for
 * ever, and what a hold keeps or what is on its way between two members would stay there.
 */
export function isOwnKey(key: string): boolean {
  return ownKeys.test(key);
}
