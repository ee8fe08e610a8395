/** One server: does the claims that it is sent, by the use case, and answers what each came to. */
import "reflect-metadata";
import { readConfig } from "../../src/config";
import type { Work } from "../../src/context";
import { redeemEntitlement } from "../../src/entitlements/redeem-entitlement";
import { openAlliance } from "../../src/main";
import { makeLog } from "../../src/observability/log";
import { entitlementIdOf, memberIdOf, type Target } from "./seed";

export interface AskedClaim {
  readonly number: number;
  readonly target: Target;
  readonly member: number;
  readonly key: string;
}

export interface AnsweredClaim {
  readonly number: number;
  /** `done`, or the refusal's code; a failure as its message. */
  readonly outcome: string;
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { services } = await openAlliance(config, makeLog(config.log));
  await services.catalogue.catchUp();
  const actor = { kind: "service", actorId: "bench", name: "bench" } as const;
  process.on("message", (asked: AskedClaim) => {
    const work: Work = { services, database: services.database, actor, now: new Date() };
    void claim(work, asked).then((outcome) =>
      process.send?.({ number: asked.number, outcome } satisfies AnsweredClaim),
    );
  });
  process.send?.("ready");
}

async function claim(work: Work, { target, member, key }: AskedClaim): Promise<string> {
  const by = { member: { memberId: memberIdOf(member) }, entitlementId: entitlementIdOf(target, member) };
  const use = { units: 1, guests: 0, occurredAt: null, merchantId: null, outletId: null };
  try {
    const result = await redeemEntitlement(work, { by, ...use, idempotencyKey: key });
    return result.ok ? "done" : (result.refusals[0]?.code ?? "refused");
  } catch (error) {
    return String(error);
  }
}

if (require.main === module) {
  process.once("disconnect", () => process.exit(0));
  void main();
}
