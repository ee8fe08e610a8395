import { partnerScopes, type Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import type { LocalisedText } from "../kernel/localised";
import { done, refuse, type Result } from "../kernel/result";
import { cycleOf, expandedSize, mostExpandedNodes } from "../rules/core/expand-audiences";
import { readWrittenRule, type WrittenRule } from "../rules/written-rule";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { rulesOnTheirWay } from "./audiences.snapshot";
import { listById, type AudienceRow } from "./audiences.queries";
import { ruleOfContent, type AudienceContent } from "./core/audience";
import { parseAudienceContent, serialiseAudienceContent } from "./core/content";
import { hiddenFacts } from "./hidden-facts";

/** A content as somebody wrote it, unchecked. */
export interface WrittenContent {
  readonly name: LocalisedText;
  readonly description: LocalisedText | null;
  /** Null where the audience rests on a list. */
  readonly rule: WrittenRule | null;
  readonly listId: string | null;
}

const members = ["input", "content", "members"];
const paths = { tree: [...members, "rule"], text: [...members, "text"] };

type Owner = Pick<AudienceRow, "code" | "partnerId">;

/** Everything that must hold of a content before a version is made of it. */
export async function usableContent(
  work: Work,
  owner: Owner,
  { rule: written, ...rest }: WrittenContent,
): Promise<Result<AudienceContent>> {
  const snapshot = await work.services.catalogue.catchUp();
  const rule = written ? readWrittenRule(work, snapshot, written, paths) : done(null);
  if (!rule.ok) return rule;
  const content = parseAudienceContent(serialiseAudienceContent({ ...rest, rule: rule.value }));
  if (!content.ok) return content;
  const refused =
    (await listRefusal(work, owner, content.value)) ??
    circleRefusal(snapshot, owner, content.value) ??
    ownerRefusal(work, owner, snapshot, content.value);
  return refused ?? content;
}

/**
 * Refuses an audience that rests on itself, by the rules of all versions on their way, and names the circle; and one
 * that grows too large when the audiences it names are written out. Two that are published in the same moment can still
 * close a circle: what evaluates them then finds nobody in it.
 */
export function circleRefusal(
  snapshot: CatalogueSnapshot,
  { code }: Owner,
  content: AudienceContent,
): Result<never> | undefined {
  const rules = rulesOnTheirWay(snapshot, { code, rule: ruleOfContent(content) });
  const circle = cycleOf({ audience: { code } }, rules);
  if (circle) return refuse("INVALID_RULE", `The audience rests on itself: ${circle.join(" → ")}.`, members);
  const size = expandedSize({ audience: { code } }, rules);
  if (size <= mostExpandedNodes) return undefined;
  const message = `With its audiences written out the rule has ${size} nodes, expected at most ${mostExpandedNodes}.`;
  return refuse("RULE_TOO_LARGE", message, members);
}

/** An audience of a partner is of what that partner may read, whoever writes it: its members would tell the rest. */
function ownerRefusal(
  work: Work,
  { partnerId }: Owner,
  snapshot: CatalogueSnapshot,
  { rule }: AudienceContent,
): Result<never> | undefined {
  const partner = partnerId === null ? undefined : snapshot.partners.get(partnerId);
  if (!rule || !partner) return undefined;
  const actor = partnerItself(partner);
  const [fact] = hiddenFacts({ services: work.services, actor }, snapshot, rule);
  if (fact === undefined) return undefined;
  const isOwner = scopeOf(work.actor, "draftAudience").kind === "partner";
  const message = isOwner
    ? "The rule rests on a fact which no rule may ask for."
    : `The rule rests on "${fact}", which no rule of the partner "${partner.code}" may ask for.`;
  return refuse("UNKNOWN_FACT", message, members);
}

/** Whoever of the partner may do the most. */
function partnerItself({ partnerId }: { readonly partnerId: string }): Actor {
  return { kind: "partner", channel: "user", actorId: "", partnerId, scopes: new Set(partnerScopes) };
}

async function listRefusal(
  { database }: Work,
  { partnerId }: Owner,
  { listId }: AudienceContent,
): Promise<Result<never> | undefined> {
  if (listId === null) return undefined;
  const list = await listById(database.app, listId);
  // The operator's audiences may rest on any partner's list, a partner's on its own alone.
  const isOwn = list && (partnerId === null || list.partnerId === partnerId);
  if (!isOwn) return refuse("NOT_FOUND", "The list was not found.", [...members, "listId"]);
  if (list.completedAt !== null) return undefined;
  return refuse("WRONG_STATE", "The list is not complete: its upload has not ended.", [...members, "listId"]);
}
