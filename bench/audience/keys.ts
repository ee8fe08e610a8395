import type { AudienceFact, AudienceFacts } from "../../src/audiences/core/audience-facts";
import { today, type GeneratedTag } from "../rules/generate";
import { bornTag, joinedTag } from "./columns";

/** Numbers of keys, as `fact_keys` would give them: "known" of a tag, then its choices. */
export const knownKey = (tag: GeneratedTag) => tag.id * 64 + 1;
export const choiceKey = (tag: GeneratedTag, choice: number) => tag.id * 64 + 2 + choice;

/** The keys of the choices that a value stands for; none of a number or date. */
export function choiceKeysOf(tag: GeneratedTag, value: number): number[] {
  if (tag.type === "bool") return [choiceKey(tag, 0)];
  if (tag.type === "enum") return [choiceKey(tag, value)];
  if (tag.type !== "set") return [];
  const keys: number[] = [];
  for (let choice = 0; choice < tag.n!; choice += 1) if ((value >>> choice) & 1) keys.push(choiceKey(tag, choice));
  return keys;
}

/** The live members' key, apart from all tags. */
export const liveKey = 1_000_000;
export const counterKey = 1_000_001;
export const counterDays = 90;

const types = { bool: "BOOLEAN", enum: "ENUM", set: "SET", num: "NUMBER", date: "DATE" } as const;

/** Choices are written `v3` of an enum and `c3` of a set, and true of a boolean. */
export class BenchFacts implements AudienceFacts {
  readonly #tags: ReadonlyMap<string, GeneratedTag>;

  constructor(tags: readonly GeneratedTag[]) {
    this.#tags = new Map(tags.map((tag) => [tag.name, tag]));
  }

  tagOf(name: string): GeneratedTag {
    if (name === "member.age") return bornTag;
    if (name === "member.tenure_days") return joinedTag;
    const tag = this.#tags.get(name);
    if (!tag) throw new Error(`no tag is called ${name}`);
    return tag;
  }

  factOf(name: string): AudienceFact {
    if (name === "history.purchases_90d") {
      return { kind: "HISTORY", key: counterKey, firstDay: today - counterDays + 1, lastDay: today };
    }
    const tag = this.tagOf(name);
    const key = knownKey(tag);
    if (name === "member.age") return { kind: "AGE", key };
    if (name === "member.tenure_days") return { kind: "TENURE", key };
    const type = types[tag.type];
    if (type === "NUMBER" || type === "DATE") return { kind: "COLUMN", type, key };
    return {
      ...{ kind: "KEYS", type, knownKey: key },
      choiceKey: (choice) => choiceKey(tag, type === "BOOLEAN" ? (choice === "true" ? 0 : 1) : Number(choice.slice(1))),
    };
  }

  listOf(): undefined {
    return undefined;
  }
}
