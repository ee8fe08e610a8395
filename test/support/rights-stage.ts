import { callers } from "./api";
import { ledgerStage, type LedgerStage } from "./ledger-stage";
import { newId } from "../../src/kernel/ids";

/** Whoever needs a second person has one: a marketer writes, an approver agrees. */
const marketer = callers.staff("MARKETER");
const approver = callers.staff("APPROVER");

export type ItemType = "Benefit" | "RightsPackage" | "CardProduct";

/** A catalogue of rights, made by GraphQL as a marketing team makes it. */
export interface RightsStage extends LedgerStage {
  /** Drafts, approves and publishes a version at an instant; answers the item's id. Refusals fail the test. */
  publish(type: ItemType, code: string, content: object, at?: Date): Promise<string>;
  /** The answer of a draft. */
  draft(type: ItemType, target: object, content: object, at?: Date): Promise<Drafted>;
  step(
    type: ItemType,
    verb: string,
    actor: ReturnType<typeof callers.staff>,
    drafted: Drafted,
    at?: Date,
  ): Promise<Drafted>;
  /** Asks at an instant. */
  askAt(
    at: Date | string,
    actor: Parameters<LedgerStage["ask"]>[0],
    document: string,
    variables?: object,
  ): ReturnType<LedgerStage["ask"]>;
}

export interface Drafted {
  readonly item: { readonly id: string; readonly code: string; readonly state: string } | null;
  readonly version: { readonly version: number; readonly revision: number; readonly state: string } | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[] | null;
  }[];
}

const answer = "item { id code state } version { version revision state } userErrors { code message path }";

export async function rightsStage(): Promise<RightsStage> {
  const stage = await ledgerStage();
  const askAt: RightsStage["askAt"] = (at, actor, document, variables = {}) =>
    stage.api.ask(actor, document, variables as Record<string, unknown>, { now: new Date(at) });
  const mutate = async (
    type: ItemType,
    verb: string,
    actor: Parameters<LedgerStage["ask"]>[0],
    input: object,
    at: Date,
  ) => {
    const name = `${verb}${type}`;
    const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${answer} } }`;
    return (await askAt(at, actor, document, { input }))[name] as Drafted;
  };
  const early = new Date("2025-12-01T00:00:00Z");
  const draft: RightsStage["draft"] = (type, target, content, at = early) =>
    mutate(type, "draft", marketer, { target, content }, at);
  const step: RightsStage["step"] = (type, verb, actor, { item, version }, at = early) =>
    mutate(type, verb, actor, { id: item?.id, version: version?.version, revision: version?.revision }, at);
  return {
    ...stage,
    askAt,
    draft,
    step,
    async publish(type, code, content, at = early) {
      const known = await stage.ask(
        marketer,
        `query ($code: String!) { found: ${queryOf[type]}(code: $code) { id } }`,
        { code },
      );
      let now = await draft(type, known.found ? { id: known.found.id } : { new: { code } }, content, at);
      for (const [verb, actor] of [
        ["submit", marketer],
        ["approve", approver],
        ["publish", marketer],
      ] as const) {
        if (now.userErrors.length > 0) break;
        now = await step(type, verb, actor, now, at);
      }
      if (!now.item || now.userErrors.length > 0)
        throw new Error(now.userErrors.map(({ message }) => message).join(" "));
      return now.item.id;
    },
  };
}

const queryOf: Readonly<Record<ItemType, string>> = {
  Benefit: "benefit",
  RightsPackage: "rightsPackage",
  CardProduct: "cardProduct",
};

/** An amount of yuan, in fen. */
export const yuan = (fen: number | bigint) => ({ amountMinor: String(fen), currency: "CNY" });

/** What a benefit says unless a test says otherwise: one car wash a month, worth 50.00. */
export function benefitInput(partnerCode: string, over: object = {}) {
  return {
    name: { en: "Car wash", zhCN: "洗车" },
    termsText: { en: "One wash a month." },
    category: "CAR",
    terms: { countedService: { quota: { units: 1, per: "MONTH" } } },
    timeZone: "Asia/Shanghai",
    supplierCode: partnerCode,
    unitCost: yuan(3_000),
    value: yuan(5_000),
    funders: [{ partnerCode, basisPoints: 10_000 }],
    fulfilment: "AT_TILL",
    ...over,
  };
}

export function packageInput(name: string, worthFen: number, benefitCodes: readonly string[], over: object = {}) {
  return {
    name: { en: name },
    termsText: { en: `${name}.` },
    worth: yuan(worthFen),
    benefits: benefitCodes.map((benefitCode) => ({ benefitCode })),
    ...over,
  };
}

/** A slot of which two packages are picked and swapped by time, unless a test says otherwise. */
export function pickSlot(code: string, packageCodes: readonly string[], over: object = {}) {
  return {
    code,
    name: { en: code },
    fill: { pick: { picks: 2, packageCodes, defaultCodes: packageCodes.slice(0, 2) } },
    electionWindow: { opensDaysBefore: 30, closesAfterDays: 30 },
    ...over,
  };
}

export const swapByTime = {
  windows: [{ fromDay: 0 }],
  perCycle: 2,
  partlyUsed: "PRORATE_TIME",
  quoteMinutes: 30,
};

export function productInput(name: string, slots: readonly object[], over: object = {}) {
  return {
    name: { en: name },
    termsText: { en: name },
    brand: { en: "North Bank" },
    timeZone: "Asia/Shanghai",
    slots,
    ...over,
  };
}

export const unique = (word: string) => `${word}-${newId().slice(-12)}`;
