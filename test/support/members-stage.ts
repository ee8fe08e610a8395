import type { Actor } from "../../src/auth/core/actor";
import type { Services, Work } from "../../src/context";
import type { StatementListener } from "../../src/db/client";
import { newId } from "../../src/kernel/ids";
import type { Result } from "../../src/kernel/result";
import { enrollMember, type NewMember } from "../../src/members/enroll-member";
import type { MemberRow } from "../../src/members/members.queries";
import { createPartner } from "../../src/merchants/create-partner";
import { createTagDefinition, type NewTagDefinition } from "../../src/tags/create-tag-definition";
import { callers, testApi, type TestApi } from "./api";
import { testDatabase } from "./database";

/** The instant that counts as now unless a test says otherwise. */
export const noon = new Date("2026-06-01T12:00:00.000Z");

/** Partners, members and tags made by the use cases, in a database of the test file's own. */
export interface MembersStage {
  readonly api: TestApi;
  /** Of the database's owner, who sees what others' connections do and may end them. */
  readonly ownerUrl: string;
  readonly services: Services;
  work(actor?: Actor, now?: Date): Work;
  partner(): Promise<string>;
  /** A member with one identity, at the partner; the number is made up unless given. */
  member(partnerId: string, over?: Partial<NewMember>): Promise<MemberRow & { number: string }>;
  tag(sourcePartnerId: string, over?: Partial<NewTagDefinition>): Promise<string>;
  /** The member's id as the actor sees it. */
  memberGid(actor: Actor, member: { readonly memberId: string }): string;
  partnerGid(partnerId: string): string;
  /* eslint-disable @typescript-eslint/no-explicit-any -- answers are judged by their content; codegen's types by clients */
  ask(actor: Actor, document: string, variables?: object): Promise<any>;
  /** The payload of a document with one mutation that takes `$input`. */
  mutate(actor: Actor, document: string, input: object): Promise<any>;
}

export async function membersStage(onStatement?: StatementListener): Promise<MembersStage> {
  const { database, ownerUrl } = await testDatabase({ poolSize: 8, ...(onStatement ? { onStatement } : {}) });
  const api = testApi(database, () => noon);
  const { services } = api;
  const work = (actor: Actor = callers.service, now = noon): Work => ({ services, database, actor, now });
  const ask: MembersStage["ask"] = (actor, document, variables = {}) =>
    api.ask(actor, document, variables as Record<string, unknown>);
  return {
    api,
    ownerUrl,
    services,
    work,
    ask,
    mutate: async (actor, document, input) => Object.values(await ask(actor, document, { input }))[0],
    memberGid: (actor, { memberId }) => services.ids.forActor(actor).seal("Member", memberId, memberId),
    partnerGid: (partnerId) => services.ids.forActor(callers.service).seal("Partner", partnerId),
    async partner() {
      const made = await createPartner(work(), { code: `p-${newId()}`, name: { en: "North Bank" } });
      return valueOf(made).partnerId;
    },
    async member(partnerId, over = {}) {
      const input = { partnerId, number: `n-${newId()}`, joinedAt: null, locale: "en", profile: null, ...over };
      return { ...valueOf(await enrollMember(work(), input)), number: input.number };
    },
    async tag(sourcePartnerId, over = {}) {
      const code = `t_${newId().replaceAll("-", "")}`;
      const definition: NewTagDefinition = {
        code,
        name: { en: "Tag" },
        description: { en: "A tag of a test." },
        type: "NUMBER",
        choices: [],
        unit: null,
        sourcePartnerId,
        sensitivity: "INTERNAL",
        ...over,
      };
      return valueOf(await createTagDefinition(work(), definition)).code;
    },
  };
}

/** The value, or a failure that says why there is none. */
export function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok)
    throw new Error(`refused: ${result.refusals.map((each) => `${each.code} ${each.message}`).join("; ")}`);
  return result.value;
}

export function codesOf(result: Result<unknown>): string[] {
  return result.ok ? ["done"] : result.refusals.map((refusal) => refusal.code);
}
