import { refuse } from "./result";

/**
 * Whoever changes a thing says which revision it saw. Undefined where that is the one that is there; else the refusal,
 * since somebody changed the thing in between.
 */
export function revisionRefusal(what: string, given: number, found: number) {
  if (given === found) return undefined;
  const message = `revision is ${given}, but the ${what} is at ${found} by now.`;
  return refuse("VERSION_CONFLICT", message, ["input", "revision"]);
}
