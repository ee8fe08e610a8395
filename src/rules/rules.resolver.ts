import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context";
import type { FactDefinition } from "../facts/core/fact";
import { readableScope } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { inLocale } from "../kernel/localised";
import { nameContains, pageOf } from "../snapshot/page-of";
import { checkWrittenRule } from "./check-written-rule";
import { canonical } from "./core/canonical";
import { titleOfFact } from "./fact-titles";
import { factsFor } from "./rule-names";
import { RuleInput } from "./rules.inputs";
import {
  RuleCheckType,
  RuleFactConnection,
  RuleFactsArgs,
  type RuleFactType,
  type RuleRefusalType,
  type RuleWarningType,
} from "./rules.types";
import { fromRuleInput, toRule } from "./rules.view";
import type { RuleRefusal } from "./written-rule";

const notNarrowed: RuleWarningType = {
  code: "NOT_NARROWED",
  message:
    "None of its conditions narrows down who is looked at: what is negated, or asked of one part of an `or` alone, does " +
    "not. Add a condition that few members meet, where one is meant.",
  path: [],
};

@Resolver()
export class RuleResolver {
  @Query(() => RuleCheckType, {
    nullable: true,
    description:
      "Checks a rule while it is written, as a tree or as text: what would be refused, where and why, and what there is " +
      "to say of it. Checked against the facts that the caller may name; nothing is stored.",
  })
  checkRule(
    @Arg("rule", () => RuleInput, { nullable: true, description: "The rule as a tree." }) rule: RuleInput | null,
    @Arg("text", () => String, { nullable: true, description: "The rule as text, instead." }) text: string | null,
    @Ctx() context: RequestContext,
  ): RuleCheckType {
    readableScope(context, "checkRule");
    const checked = checkWrittenRule(context, { tree: rule && fromRuleInput(rule), text });
    return {
      rule: checked.rule && toRule(checked.rule),
      canonical: checked.rule && toRule(canonical(checked.rule)),
      refusals: checked.refusals.map(toRefusal),
      warnings: [...(checked.isNarrowed ? [] : [notNarrowed]), ...checked.warnings],
      facts: checked.facts.map((fact) => toFact(fact, context)),
    };
  }

  @Query(() => RuleFactConnection, {
    description: "The facts that the caller may name in a rule, by name: of tags those that it may see.",
  })
  ruleFacts(@Args() { filter, ...args }: RuleFactsArgs, @Ctx() context: RequestContext): Connection<RuleFactType> {
    readableScope(context, "ruleFacts");
    const request = pageRequest(context, ["ruleFacts", filter], args, 1);
    const { catalogue } = context;
    const fits = ({ name, source, type }: FactDefinition) =>
      (!filter?.source || source === filter.source) &&
      (!filter?.type || type === filter.type) &&
      (!filter?.search ||
        name.includes(filter.search.toLowerCase()) ||
        nameContains(titleOfFact(catalogue, name), filter.search));
    const facts = [...factsFor(context, catalogue)].sort((a, b) => (a.name < b.name ? -1 : 1));
    const rows = pageOf(facts, (fact) => fact.name, fits, request);
    return connection(
      request,
      rows,
      (fact) => [fact.name],
      (fact) => toFact(fact, context),
    );
  }
}

function toRefusal({ code, message, path, line, column }: RuleRefusal): RuleRefusalType {
  const isOfText = line !== undefined;
  return { code, message, path: isOfText ? null : (path ?? []), line: line ?? null, column: column ?? null };
}

function toFact(fact: FactDefinition, { catalogue, locale }: RequestContext): RuleFactType {
  return { ...fact, title: inLocale(titleOfFact(catalogue, fact.name), locale) };
}
