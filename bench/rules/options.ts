import { parseArgs } from "node:util";
import { profiles, type Profile } from "./generate";

export interface RulesOptions {
  readonly rules: number;
  readonly members: number;
  readonly seed: number;
  readonly profile: Profile;
  /** That a member has on average. */
  readonly tags: number;
  /** Only rules with more conditions, of which a member matches a tenth (held.ts). */
  readonly held: boolean;
  readonly rivals: "all" | "closures" | "none";
  /** The line of JSON alone. */
  readonly json: boolean;
  readonly smoke: boolean;
}

export function readOptions(): RulesOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    options: {
      ...{ rules: text, members: text, seed: text, profile: text, tags: text, rivals: text },
      ...{ held: flag, json: flag, smoke: flag },
    },
  });
  const { smoke, held, json } = values;
  return {
    rules: whole("rules", values.rules, smoke ? 2_000 : 100_000),
    members: whole("members", values.members, smoke ? 200 : 2_000),
    seed: whole("seed", values.seed, 1),
    profile: oneOf("profile", values.profile ?? "typical", Object.keys(profiles) as Profile[]),
    tags: whole("tags", values.tags, 150),
    rivals: oneOf("rivals", values.rivals ?? "all", ["all", "closures", "none"] as const),
    ...{ smoke, held, json },
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} is "${text}", expected a whole number above 0`);
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text);
  if (found !== undefined) return found;
  throw new Error(`--${name} is "${text}", expected one of ${allowed.join(", ")}`);
}
