import fc from "fast-check";
import { FirstLines } from "../../src/import/core/first-lines";
import { LineSplitter } from "../../src/import/core/line-splitter";
import { instantOfHour } from "../../src/import/core/rewards-epoch";
import { parseTranscriptLine } from "../../src/import/core/rewards-event";
import { parsePortfolioLine, type RewardsOffer } from "../../src/import/core/rewards-portfolio";
import { parseProfileLine } from "../../src/import/core/rewards-profile";
import { RewardsReplay } from "../../src/import/core/rewards-replay";
import { rewardsFiles, type RewardsFiles } from "../support/import-rewards-files";

const till = { merchantId: "coffee-house", currency: "USD" };

/** The import without a database: what the parts say of three files, put together in the plainest way. */
function replayed(files: RewardsFiles) {
  const rejectedLines: { file: string; line: number }[] = [];
  const each = <Value>(
    file: "portfolio" | "profile" | "transcript",
    parse: (text: string, line: number) => { ok: boolean; value?: Value },
  ) => {
    const splitter = new LineSplitter();
    const lines = [...splitter.push(Buffer.from(files[file])), ...splitter.end()];
    return lines.flatMap(({ text, number }) => {
      const parsed = parse(text ?? "", number);
      if (parsed.ok) return [{ number, value: parsed.value as Value }];
      rejectedLines.push({ file, line: number });
      return [];
    });
  };
  const offers = new Map<string, RewardsOffer>();
  for (const { value } of each("portfolio", (text) => parsePortfolioLine(text, 2))) offers.set(value.code, value);
  const first = new FirstLines("id");
  const people = new Set(
    each("profile", (text, line) => {
      const parsed = parseProfileLine(text);
      return parsed.ok ? first.check(parsed.value.personId, line, parsed) : parsed;
    }).map(({ value }) => value.personId),
  );
  const replay = new RewardsReplay(offers, till);
  const known = { isPerson: (id: string) => people.has(id), isOffer: (code: string) => offers.has(code) };
  const events = each("transcript", (text) => parseTranscriptLine(text, 2, known)).map(({ number, value: event }) => ({
    event,
    identity: { digest: "d", line: number },
    occurredAt: instantOfHour(event.hour),
  }));
  const batch = replay.replay(events);
  return { replay, batch, offers, people, rejectedLines };
}

describe("replaying a transcript", () => {
  it("finds what a naive reading of the same facts finds", () => {
    fc.assert(
      fc.property(rewardsFiles, (files) => {
        const { replay, offers, people, rejectedLines } = replayed(files);
        expect({
          members: people.size,
          activeMembers: replay.activeMembers,
          offers: offers.size,
          events: replay.counts,
          rejectedLines,
          replay: replay.result,
          purchaseTotalMinor: replay.purchaseTotalMinor.toString(),
          rewardTotalMinor: replay.rewardTotalMinor.toString(),
        }).toEqual(files.expected);
      }),
      { numRuns: 500 },
    );
  });

  it("comes to the same in batches of any size", () => {
    fc.assert(
      fc.property(rewardsFiles, fc.integer({ min: 1, max: 7 }), (files, size) => {
        const whole = replayed(files);
        const parts = new RewardsReplay(whole.offers, till);
        const { deliveries, purchases } = whole.batch;
        const events = [
          ...deliveries.map((each) => ({ ...each, at: each.deliveredAt, received: true as const })),
          ...purchases.map((each) => ({ ...each, at: each.occurredAt, received: false as const })),
        ]
          .sort((a, b) => a.identity.line - b.identity.line)
          .map((each) => ({
            event: each.received
              ? { kind: "received" as const, personId: each.personId, hour: 0, offerCode: each.offerCode }
              : { kind: "purchase" as const, personId: each.personId, hour: 0, amountMinor: each.amountMinor },
            identity: each.identity,
            occurredAt: each.at,
          }));
        const completions = [];
        for (let at = 0; at < events.length; at += size) {
          completions.push(...parts.replay(events.slice(at, at + size)).completions);
        }
        expect(completions).toEqual(whole.batch.completions);
      }),
    );
  });

  it("notes a view on the member's newest delivery that was not viewed yet, and never on one from later", () => {
    const offers = new Map([["o", { ...parsedOffer(), code: "o" }]]);
    const replay = new RewardsReplay(offers, till);
    const event = (line: number, kind: "received" | "viewed", hour: number) => ({
      event: { kind, personId: "p", hour, offerCode: "o" },
      identity: { digest: "d", line },
      occurredAt: instantOfHour(hour),
    });
    const { deliveries, views } = replay.replay([
      event(1, "viewed", 0),
      event(2, "received", 0),
      event(3, "received", 6),
      event(4, "received", 12),
      event(5, "viewed", 6),
      event(6, "viewed", 7),
      event(7, "viewed", 8),
      event(8, "viewed", 12),
    ]);
    const [first, second, third] = deliveries.map((delivery) => delivery.deliveryId);
    expect(views.map((view) => view.deliveryId)).toEqual([second, first, third]);
    expect(replay.counts.viewed).toBe(5);
  });
});

function parsedOffer(): RewardsOffer {
  const line = { id: "o", offer_type: "bogo", difficulty: 5, reward: 5, duration: 1, channels: [] };
  const parsed = parsePortfolioLine(JSON.stringify(line), 2);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}
