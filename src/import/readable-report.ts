import { currencyDecimals } from "../kernel/money";
import type { PurchasesReport, RejectedLine, RewardsReport } from "./report";

/** How many rejected lines are shown to a person; `--json` has them all. */
const shownLines = 20;

export function readableRewards(report: RewardsReport): string {
  const { events, replay, currency } = report;
  return [
    table([
      ["members", count(report.members)],
      ["  of them active", count(report.activeMembers)],
      ["offers", count(report.offers)],
      ["offers received", count(events.received)],
      ["offers viewed", count(events.viewed)],
      ["purchases", count(events.purchases)],
      ["  their total", amount(report.purchaseTotalMinor, currency)],
      ["offers completed", count(events.completed)],
      ["  their rewards", amount(report.rewardTotalMinor, currency)],
    ]),
    "",
    `Replayed from deliveries and purchases alone: ${count(replay.completed)} completed, ` +
      `${count(replay.missing)} missing, ${count(replay.extra)} extra.`,
    ...rejections(report.rejected),
  ].join("\n");
}

export function readablePurchases(report: PurchasesReport): string {
  const days = report.firstDay === null ? "none" : `${report.firstDay} to ${report.lastDay}`;
  return [
    table([
      ["purchases", count(report.purchases)],
      ["  their total", amount(report.purchaseTotalMinor, report.currency)],
      ["customers", count(report.customers)],
      ["items", count(report.items)],
      ["days", days],
    ]),
    ...rejections(report.rejected),
  ].join("\n");
}

function rejections(rejected: readonly RejectedLine[]): string[] {
  if (rejected.length === 0) return ["", "No line was rejected."];
  const shown = rejected.slice(0, shownLines).map(({ file, line, reason }) => `  ${file} line ${line}: ${reason}`);
  const more = rejected.length - shown.length;
  const lines = rejected.length === 1 ? "1 line was" : `${count(rejected.length)} lines were`;
  return ["", `${lines} rejected:`, ...shown, ...(more > 0 ? [`  and ${count(more)} more; --json lists all`] : [])];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  const right = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value.padStart(right)}`).join("\n");
}

function count(value: number | bigint): string {
  return value.toLocaleString("en");
}

function amount(minor: string, currency: string): string {
  const decimals = currencyDecimals(currency);
  const digits = minor.padStart(decimals + 1, "0");
  const whole = count(BigInt(digits.slice(0, digits.length - decimals)));
  return decimals === 0 ? `${whole} ${currency}` : `${whole}.${digits.slice(-decimals)} ${currency}`;
}
