import { contextFacts } from "../facts/core/context-facts";
import { ruleHash } from "./core/canonical";
import { print } from "./core/print";
import type { Leaf, LeafOperator, Rule } from "./core/rule";
import {
  childrenOf,
  factsOf,
  nodesOf,
  operatorOf,
  withLeaves,
  type RuleNode,
  type RuleOperator,
} from "./core/rule-nodes";
import type { RuleInput, RuleValueInput } from "./rules.inputs";
import type { RuleNodeType, RuleType, RuleValueType } from "./rules.types";

/**
 * The tree that an input is, unchecked: `checkRule` judges it. The value of `equals` is an object of its own in GraphQL,
 * which has no type for "boolean, number or text".
 */
export function fromRuleInput(input: RuleInput): unknown {
  if (input.all) return { all: input.all.map(fromRuleInput) };
  if (input.any) return { any: input.any.map(fromRuleInput) };
  if (input.not) return { not: fromRuleInput(input.not) };
  if (input.equals) return { equals: { fact: input.equals.fact, value: fromValueInput(input.equals.value) } };
  return input;
}

function fromValueInput({ boolean, number, text }: RuleValueInput): boolean | number | string | undefined {
  return boolean ?? number ?? text;
}

/** The rule as `RuleInput` takes it. */
export function toRuleTree(rule: Rule): object {
  // The type of a leaf's value is the one thing that differs.
  const asInput = (leaf: Leaf) =>
    "equals" in leaf
      ? ({
          equals: { fact: leaf.equals.fact, value: { [fieldOf(leaf.equals.value)]: leaf.equals.value } },
        } as unknown as Leaf)
      : leaf;
  return withLeaves(rule, asInput);
}

function fieldOf(value: boolean | number | string): keyof RuleValueInput {
  return typeof value === "string" ? "text" : typeof value === "number" ? "number" : "boolean";
}

/** What a rule asks of the moment beyond its time, which every request has. */
export function contextFactsOf(rule: Rule): string[] {
  return factsOf(rule).filter((fact) => neededContext.has(fact));
}

const neededContext = new Set(contextFacts.filter((fact) => !fact.alwaysKnown).map((fact) => fact.name));

/** The rule as it is answered. Nothing is made before it is asked for. */
export function toRule(rule: Rule): RuleType {
  return new ShownRule(rule);
}

class ShownRule implements RuleType {
  constructor(private readonly rule: Rule) {}

  get text(): string {
    return print(this.rule);
  }

  get hash(): string {
    return ruleHash(this.rule);
  }

  get tree(): object {
    return toRuleTree(this.rule);
  }

  get root(): RuleNodeType {
    return new ShownNode([], this.rule);
  }

  get nodes(): RuleNodeType[] {
    return nodesOf(this.rule).map(({ path, rule }) => new ShownNode(path, rule));
  }

  get facts(): string[] {
    return factsOf(this.rule);
  }

  get contextFacts(): string[] {
    return contextFactsOf(this.rule);
  }
}

class ShownNode implements RuleNodeType {
  constructor(
    readonly path: readonly string[],
    private readonly rule: Rule,
  ) {}

  get operator(): RuleOperator {
    return operatorOf(this.rule);
  }

  get text(): string {
    return print(this.rule);
  }

  get all(): RuleNodeType[] | null {
    return this.operator === "all" ? this.parts : null;
  }

  get any(): RuleNodeType[] | null {
    return this.operator === "any" ? this.parts : null;
  }

  get not(): RuleNodeType | null {
    return this.operator === "not" ? (this.parts[0] ?? null) : null;
  }

  get has() {
    return this.leaf("has");
  }

  get equals() {
    const asked = this.leaf("equals");
    return asked && { fact: asked.fact, value: toValue(asked.value) };
  }

  get oneOf() {
    return this.leaf("oneOf");
  }

  get between() {
    const asked = this.leaf("between");
    return asked && { atLeast: null, above: null, atMost: null, below: null, ...asked };
  }

  get dateBetween() {
    const asked = this.leaf("dateBetween");
    return asked && { from: null, to: null, ...asked };
  }

  get withinLast() {
    return this.leaf("withinLast");
  }

  get notWithinLast() {
    return this.leaf("notWithinLast");
  }

  get contains() {
    return this.leaf("contains");
  }

  get audience() {
    return this.leaf("audience");
  }

  private get parts(): ShownNode[] {
    return childrenOf(this.rule).map((child: RuleNode) => new ShownNode([...this.path, ...child.path], child.rule));
  }

  private leaf<Operator extends LeafOperator>(operator: Operator): BodyOf<Operator> | null {
    return operator in this.rule ? (this.rule as unknown as Record<Operator, BodyOf<Operator>>)[operator] : null;
  }
}

/** What stands in the leaves of an operator. */
type BodyOf<Operator extends LeafOperator> =
  Extract<Leaf, Readonly<Record<Operator, unknown>>> extends infer One
    ? Operator extends keyof One
      ? One[Operator]
      : never
    : never;

function toValue(value: boolean | number | string): RuleValueType {
  return { boolean: null, number: null, text: null, [fieldOf(value)]: value };
}
