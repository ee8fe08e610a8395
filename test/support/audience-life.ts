import type { Actor } from "../../src/auth/core/actor";
import { newId } from "../../src/kernel/ids";
import { callers } from "./api";
import type { MembersStage } from "./members-stage";

/* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types are for clients */

export const marketer = callers.staff("MARKETER");
export const approver = callers.staff("APPROVER");
export const operations = callers.staff("OPERATIONS");

/** The life of audiences, lived through the API alone. */
export function audienceLife(stage: MembersStage) {
  async function mutate(actor: Actor, name: string, input: object): Promise<any> {
    const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
      audience { id code state version } version { version state revision content { rule { text } listId } }
      userErrors { code message path } } }`;
    return stage.mutate(actor, document, input);
  }

  const content = (members: object) => ({ name: { en: "Some of them" }, members });

  async function drafted(
    members: object,
    { code = `a-${newId()}`, partnerId = null as string | null, actor = marketer } = {},
  ) {
    const target = { newAudience: { code, ...(partnerId ? { partnerId: stage.partnerGid(partnerId) } : {}) } };
    const draft = await mutate(actor, "draftAudience", { target, content: content(members) });
    expect(draft.userErrors).toEqual([]);
    return { ...draft, code };
  }

  /** Takes a draft through review to publication. */
  async function published(
    members: object,
    over: Parameters<typeof drafted>[1] = {},
  ): Promise<{ code: string; audienceId: string }> {
    const draft = await drafted(members, over);
    await publish(draft, over.actor);
    return { code: draft.code, audienceId: draft.audience.id };
  }

  async function publish({ audience, version }: any, actor: Actor = marketer): Promise<any> {
    let { revision } = version;
    let last: any;
    const steps: [Actor, string][] = [
      [actor, "submitAudience"],
      [approver, "approveAudience"],
      [actor, "publishAudience"],
    ];
    for (const [who, step] of steps) {
      last = await mutate(who, step, { audienceId: audience.id, version: version.version, revision });
      expect(last.userErrors).toEqual([]);
      revision = last.version.revision;
    }
    return last;
  }

  async function preview(actor: Actor, source: object, more: object = {}): Promise<any> {
    const document = `query ($source: AudiencePreviewSource!, $at: DateTime, $overlapWith: [String!]) {
      previewAudience(source: $source, at: $at, overlapWith: $overlapWith) {
        userErrors { code message path } asOf at accuracy count considered
        rule { text } funnel { condition { text } remaining removedAlone missedOnlyThis }
        overlaps { audience { code } count } sample { id } } }`;
    return (await stage.ask(actor, document, { source, ...more })).previewAudience;
  }

  return { mutate, content, drafted, publish, published, preview };
}
