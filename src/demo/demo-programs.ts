import type { LocalisedText } from "../kernel/localised";
import type { MinorUnits } from "../kernel/money";
import type { Points } from "../kernel/points";
import type { TierBasis, TierDefinition } from "../programs/core/program";
import { cdStore, coffeeHouse } from "../import/known-merchants";
import type { ProgramToFound } from "../import/founding";

export interface DemoProgram {
  /** Code of the partner that issues it. */
  readonly issuer: string;
  readonly program: ProgramToFound;
  readonly tiers: readonly TierDefinition[];
}

const zone = "Asia/Shanghai";

export const demoPrograms: readonly DemoProgram[] = [
  {
    issuer: "riverbend",
    program: {
      code: "alliance-points",
      name: { en: "Riverbend Points", "zh-CN": "江湾积分" },
      unitName: { en: "points", "zh-CN": "积分" },
      timeZone: zone,
      currency: "CNY",
      ...rate(1n, 100n),
      ...value(1n, 1n),
      expiry: { kind: "MONTHS_AFTER_EARNING", months: 36, rounding: "QUARTER" },
    },
    tiers: ladder("POINTS_EARNED", [
      ["member", "Member", "普通会员", 0n],
      ["silver", "Silver", "银卡会员", 5_000n],
      ["gold", "Gold", "金卡会员", 20_000n],
      ["platinum", "Platinum", "白金会员", 60_000n],
    ]),
  },
  {
    issuer: "river-bank",
    program: {
      code: "river-points",
      name: { en: "River Bank Card Points", "zh-CN": "江岸银行信用卡积分" },
      unitName: { en: "card points", "zh-CN": "卡积分" },
      timeZone: zone,
      currency: "CNY",
      // One point for every full 20 yuan, by the purchase.
      ...rate(1n, 2_000n),
      ...value(4n, 1n),
      expiry: { kind: "MONTHS_AFTER_EARNING", months: 60, rounding: "YEAR" },
    },
    tiers: ladder("SPEND", [
      ["classic", "Classic", "普卡", 0n],
      ["gold", "Gold", "金卡", 5_000_000n],
      ["platinum", "Platinum", "白金卡", 20_000_000n],
    ]),
  },
  {
    issuer: "sky-air",
    program: {
      code: "sky-miles",
      name: { en: "Sky Air Phoenix Miles", "zh-CN": "云天航空云程会员" },
      unitName: { en: "miles", "zh-CN": "里程" },
      timeZone: zone,
      currency: "CNY",
      ...rate(1n, 100n),
      ...value(10n, 1n),
      expiry: { kind: "MONTHS_AFTER_EARNING", months: 36, rounding: "MONTH" },
    },
    tiers: ladder("POINTS_EARNED", [
      ["blue", "Blue", "蓝卡", 0n],
      ["silver", "Silver", "银卡", 20_000n],
      ["gold", "Gold", "金卡", 40_000n],
      ["diamond", "Diamond", "钻石卡", 80_000n],
    ]),
  },
  {
    issuer: coffeeHouse.partner.code,
    program: coffeeHouse.program,
    tiers: ladder("POINTS_EARNED", [
      ["green", "Green", "绿星会员", 0n],
      ["gold", "Gold", "金星会员", 300n],
    ]),
  },
  {
    issuer: cdStore.partner.code,
    program: cdStore.program,
    tiers: ladder("SPEND", [
      ["listener", "Listener", "听众", 0n],
      ["collector", "Collector", "藏家", 25_000n],
    ]),
  },
];

function rate(earnPoints: bigint, earnPerMinor: bigint) {
  return { earnPoints: earnPoints as Points, earnPerMinor: earnPerMinor as MinorUnits, earnRounding: "DOWN" as const };
}

function value(minor: bigint, points: bigint) {
  return { valueMinor: minor as MinorUnits, valuePoints: points as Points };
}

type Step = readonly [code: string, en: string, zh: string, threshold: bigint];

/** Judged over twelve months; who falls short goes down one step. */
function ladder(basis: TierBasis, steps: readonly Step[]): TierDefinition[] {
  return steps.map(([code, en, zh, threshold], rank) => {
    const name: LocalisedText = { en, "zh-CN": zh };
    return { code, rank, name, basis, threshold, periodMonths: 12, downgrade: "ONE_STEP" };
  });
}
