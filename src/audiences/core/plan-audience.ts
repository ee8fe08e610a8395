import type { Leaf, Rule } from "../../rules/core/rule";
import { factOf } from "../../rules/core/rule-nodes";
import { epochDay } from "../../kernel/calendar-date";
import type { AudienceFact, AudienceFacts, AudienceMoment } from "./audience-facts";
import type { NumberRange } from "./column";
import { birthDays, daysBetween, joiningDays, rangeOf } from "./day-ranges";
import { columnPiece, dayPiece, keyPiece, listPiece, livePiece, pieceName, type Piece } from "./piece";
import type { AudiencePlan, PlanNode } from "./plan";

export type PlannedAudience =
  | { readonly ok: true; readonly plan: AudiencePlan }
  /** Context that the rule asks for, sorted: it is known of a moment, not of an audience. */
  | { readonly ok: false; readonly missing: readonly string[] };

/**
 * Makes the plan of a rule whose saved audiences are written out (expandAudiences), but for uploaded lists. What it
 * needs to be loaded stands in `plan.pieces`. A leaf that fits no fact is nobody, as in the reference evaluator: the
 * checker has refused it before, or the fact went away since.
 */
export function planAudience(rule: Rule, facts: AudienceFacts, moment: AudienceMoment): PlannedAudience {
  const planner = new Planner(facts, moment);
  const conditions = ("all" in rule ? rule.all : [rule]).map((each) => planner.plan(each));
  if (planner.missing.size > 0) return { ok: false, missing: [...planner.missing].sort() };
  const root = inOrderOfCost("all" in rule ? { kind: "ALL", parts: conditions } : conditions[0]!);
  return { ok: true, plan: { pieces: planner.pieces, root, conditions: conditions.map(inOrderOfCost) } };
}

const nobody: PlanNode = { kind: "MEMBERS", pieces: [] };

class Planner {
  readonly pieces: Piece[] = [livePiece];
  readonly missing = new Set<string>();
  readonly #places = new Map<string, number>([[pieceName(livePiece), 0]]);

  constructor(
    private readonly facts: AudienceFacts,
    private readonly moment: AudienceMoment,
  ) {}

  plan(rule: Rule): PlanNode {
    if ("all" in rule) return { kind: "ALL", parts: rule.all.map((each) => this.plan(each)) };
    if ("any" in rule) return { kind: "ANY", parts: rule.any.map((each) => this.plan(each)) };
    if ("not" in rule) return { kind: "NOT", part: this.plan(rule.not) };
    if ("audience" in rule) return this.#membersOf(this.facts.listOf(rule.audience.code), listPiece);
    const name = factOf(rule);
    const fact = name === undefined ? undefined : this.facts.factOf(name);
    if (!fact) return nobody;
    if (fact.kind !== "CONTEXT") return this.#leaf(rule, fact);
    this.missing.add(name!);
    return nobody;
  }

  #leaf(leaf: Leaf, fact: Exclude<AudienceFact, { kind: "CONTEXT" }>): PlanNode {
    if (fact.kind === "KEYS") return this.#keys(leaf, fact);
    const isDate = fact.kind === "COLUMN" && fact.type === "DATE";
    const range = isDate ? dateRange(leaf, this.moment.today) : numberRange(leaf);
    if (!range) return nobody;
    if (fact.kind === "HISTORY") {
      const days = Array.from({ length: fact.lastDay - fact.firstDay + 1 }, (_, after) => fact.firstDay + after);
      return { kind: "SUM", pieces: days.map((day) => this.#place(dayPiece(fact.key, day))), range };
    }
    // Whoever has a value is in the container, too, which is quicker.
    if (fact.kind === "COLUMN" && "has" in leaf) return this.#membersOf(fact.key, keyPiece);
    const piece = this.#place(columnPiece(fact.key));
    if (fact.kind === "AGE") return { kind: "RANGE", piece, range: birthDays(range, this.moment.today) };
    if (fact.kind === "TENURE") return { kind: "RANGE", piece, range: joiningDays(range, this.moment.today) };
    return { kind: "RANGE", piece, range };
  }

  #keys(leaf: Leaf, fact: Extract<AudienceFact, { kind: "KEYS" }>): PlanNode {
    if ("has" in leaf) return this.#membersOf(fact.knownKey, keyPiece);
    const choices = choicesOf(leaf, fact.type);
    const keys = choices.flatMap((choice) => fact.choiceKey(choice) ?? []);
    return { kind: "MEMBERS", pieces: [...new Set(keys)].map((key) => this.#place(keyPiece(key))) };
  }

  #membersOf(key: number | undefined, piece: (key: number) => Piece): PlanNode {
    return key === undefined ? nobody : { kind: "MEMBERS", pieces: [this.#place(piece(key))] };
  }

  #place(piece: Piece): number {
    const name = pieceName(piece);
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.pieces.length);
    return this.pieces.push(piece) - 1;
  }
}

/** The choices that a leaf asks for; none where it does not fit the type. */
function choicesOf(leaf: Leaf, type: "BOOLEAN" | "ENUM" | "SET"): readonly string[] {
  if ("oneOf" in leaf) return type === "ENUM" ? leaf.oneOf.choices : [];
  if ("contains" in leaf) return type === "SET" ? leaf.contains.choices : [];
  if (!("equals" in leaf)) return [];
  const { value } = leaf.equals;
  if (type === "BOOLEAN") return typeof value === "boolean" ? [String(value)] : [];
  return type === "ENUM" && typeof value === "string" ? [value] : [];
}

const anyNumber: NumberRange = rangeOf({});

/** Undefined where the leaf does not fit a number. */
function numberRange(leaf: Leaf): NumberRange | undefined {
  if ("has" in leaf) return anyNumber;
  if ("between" in leaf) return rangeOf(leaf.between);
  if (!("equals" in leaf)) return undefined;
  const { value } = leaf.equals;
  return typeof value === "number" ? daysBetween(value, value) : undefined;
}

/** In days; undefined where the leaf does not fit a date. */
function dateRange(leaf: Leaf, today: string): NumberRange | undefined {
  if ("has" in leaf) return anyNumber;
  if ("equals" in leaf) {
    const { value } = leaf.equals;
    return typeof value === "string" ? daysBetween(epochDay(value), epochDay(value)) : undefined;
  }
  if ("dateBetween" in leaf) {
    const { from, to } = leaf.dateBetween;
    return daysBetween(from === undefined ? -Infinity : epochDay(from), to === undefined ? Infinity : epochDay(to));
  }
  const day = epochDay(today);
  if ("withinLast" in leaf) return daysBetween(day - leaf.withinLast.days, day);
  if (!("notWithinLast" in leaf)) return undefined;
  return { ...daysBetween(-Infinity, day - leaf.notWithinLast.days), isHighIncluded: false };
}

/**
 * The same tree with cheap parts first, so that groups start from a plain container. Sums come last: they take a
 * thousand times as long as a container.
 */
function inOrderOfCost(node: PlanNode): PlanNode {
  if (node.kind === "NOT") return { kind: "NOT", part: inOrderOfCost(node.part) };
  if (node.kind !== "ALL" && node.kind !== "ANY") return node;
  const parts = node.parts.map(inOrderOfCost);
  return { kind: node.kind, parts: parts.sort((one, other) => costOf(one) - costOf(other)) };
}

function costOf(node: PlanNode): number {
  switch (node.kind) {
    case "MEMBERS":
      return node.pieces.length;
    case "RANGE":
      return 3;
    case "SUM":
      return 1_000 * (1 + node.pieces.length);
    case "NOT":
      return costOf(node.part) + 1;
    default:
      return node.parts.reduce((sum, part) => sum + costOf(part), 2);
  }
}
