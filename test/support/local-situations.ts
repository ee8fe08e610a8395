import type { FactDefinition } from "../../src/facts/core/fact";
import { epochDay } from "../../src/kernel/calendar-date";
import type { Situation } from "../../src/rules/core/evaluate";
import type { LocalSituation, RuleVocabulary } from "../../src/rules/core/index/vocabulary";

/** A situation in the numbers of a vocabulary, fact by fact by its name: slow, and not the translator of the product. */
export function localSituationOf(
  situation: Situation,
  facts: readonly FactDefinition[],
  audiences: readonly string[],
  vocabulary: RuleVocabulary,
): LocalSituation {
  const keys: (number | undefined)[] = [];
  const numbers: (readonly [slot: number | undefined, value: number])[] = [];
  for (const { name, type } of facts) {
    const value = situation.valueOf(name);
    if (value === undefined) continue;
    keys.push(vocabulary.findKnownKey(name));
    const choices = Array.isArray(value) ? (value as string[]) : [String(value)];
    if (["BOOLEAN", "ENUM", "SET"].includes(type)) {
      keys.push(...choices.map((choice) => vocabulary.findChoiceKey(name, choice)));
    }
    if (type === "NUMBER") numbers.push([vocabulary.findSlot(name), Number(value)]);
    if (type === "INSTANT") numbers.push([vocabulary.findSlot(name), Date.parse(String(value))]);
    if (type === "DATE") {
      const day = epochDay(String(value));
      numbers.push([vocabulary.findSlot(name), day], [vocabulary.findSinceSlot(name), epochDay(situation.today) - day]);
    }
  }
  const inAudiences = audiences.filter((code) => situation.isInAudience(code));
  keys.push(...inAudiences.map((code) => vocabulary.findAudienceKey(code)));
  const found = keys.filter((key) => key !== undefined);
  const slots = numbers.filter((pair): pair is [number, number] => pair[0] !== undefined);
  const scene = situation.valueOf("context.scene");
  return {
    keys: Int32Array.from(found),
    keyCount: found.length,
    slots: Int32Array.from(slots, ([slot]) => slot),
    values: Float64Array.from(slots, ([, value]) => value),
    slotCount: slots.length,
    division: (typeof scene === "string" && vocabulary.findChoiceKey("context.scene", scene)) || 0,
  };
}
