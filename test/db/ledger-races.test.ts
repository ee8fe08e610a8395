import { openDatabase, type Database } from "../../src/db/client";
import { doorsOf } from "../../src/db/setup";
import { points } from "../../src/kernel/points";
import type {
  CaptureCommand,
  ExpireCommand,
  LedgerCommand,
  LedgerResult,
  ReverseCommand,
} from "../../src/ledger/core/command";
import { postCommand } from "../../src/ledger/post";
import { settleTransit, sweepTransits } from "../../src/ledger/settle-transit";
import { isWhole, verifyLedger } from "../../src/ledger/verify-ledger";
import { mergeMembers } from "../../src/members/merge-members";
import { carryMerged } from "../../src/wallet/carry-merged";
import { balanceOf, basics, earn, ledgerStage, lot, spend, type LedgerStage } from "../support/ledger-stage";
import { noon, valueOf } from "../support/members-stage";

/*
 * Commands that exclude each other, posted at the same moment by servers that know nothing of each other: whichever comes
 * first, no point is made or lost.
 */

let stage: LedgerStage;
let programId: string;
const servers: Database[] = [];
const rounds = 12;

beforeAll(async () => {
  stage = await ledgerStage();
  programId = await stage.program();
  for (let server = 0; server < 4; server += 1) {
    servers.push(openDatabase({ ...doorsOf({ ownerUrl: stage.ownerUrl }), poolSize: 1 }));
  }
});

afterAll(() => Promise.all(servers.map((database) => database.close())));

/** Each from a server of its own, in an order that changes. */
async function atOnce(commands: readonly LedgerCommand[]): Promise<readonly LedgerResult[]> {
  const shuffled = commands
    .map((command, place) => ({ command, place, by: Math.random() }))
    .sort((a, b) => a.by - b.by);
  const results = new Array<LedgerResult>(commands.length);
  await Promise.all(
    shuffled.map(async ({ command, place }) => {
      results[place] = await postCommand({ database: servers[place % servers.length] as Database }, command);
    }),
  );
  return results;
}

const done = (results: readonly LedgerResult[]) => results.filter(({ outcome }) => outcome === "DONE").length;
const sequenceOf = (result: LedgerResult) => ("sequence" in result ? result.sequence : 0n);
const balance = async (memberId: string) => balanceOf(await stage.books(memberId), programId);

async function memberWith(amount: bigint, expiresAt: Date | null = null): Promise<string> {
  const memberId = await stage.memberId();
  await stage.post(earn(memberId, programId, [lot(points(amount), { expiresAt })]));
  return memberId;
}

const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);

describe("at the same moment", () => {
  it("two captures, a void and the hold's end leave each held point in one place", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const memberId = await memberWith(100n);
      const { lines, useOrder } = spend(memberId, programId, 60n);
      const hold = { ...basics(memberId), command: "HOLD", programId, lines, useOrder, expiresAt: later(60) } as const;
      const held = sequenceOf(await stage.post(hold));
      const taking = { command: "CAPTURE", hold: held, amount: points(40n), final: false } as const;
      const capture = (at: Date): CaptureCommand => {
        return { ...basics(memberId), ...taking, creditBucket: "MERCHANT_PAYABLE", recordedAt: at };
      };
      const giveBack = { ...basics(memberId), command: "VOID", hold: held, recordedAt: later(60) } as const;
      const results = await atOnce([capture(later(59)), capture(later(59)), capture(later(60)), giveBack]);
      const captured = BigInt(done(results.slice(0, 3))) * 40n;
      expect(captured).toBeLessThanOrEqual(40n);
      expect(results[2]?.outcome).toBe("REFUSED");
      expect(results[3]?.outcome).toBe("DONE");
      expect(await balance(memberId)).toEqual([100n - captured, 0n, 0n]);
    }
  });

  it("four reversals of one spending, whole and in parts, give the points back once", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const memberId = await memberWith(100n);
      const spent = sequenceOf(await stage.post(spend(memberId, programId, 70n)));
      const undoing = { command: "REVERSE", transfer: spent, line: null, onShortfall: "REFUSE" } as const;
      const reversal = (amount: bigint | null): ReverseCommand => ({ ...basics(memberId), ...undoing, amount });
      const results = await atOnce([reversal(null), reversal(50n), reversal(50n), reversal(20n)]);
      expect(done(results)).toBeGreaterThan(0);
      const back = results.reduce((sum, result) => sum + ("amount" in result ? result.amount : 0n), 0n);
      expect(back).toBeLessThanOrEqual(70n);
      expect(await balance(memberId)).toEqual([30n + back, 0n, 0n]);
    }
  });

  it("lapsing and spending share what there is, and taking an earning back finds the rest", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const memberId = await memberWith(100n, later(60));
      const whole = { command: "REVERSE", transfer: 1n, amount: null, line: null, onShortfall: "TAKE" } as const;
      const undo: ReverseCommand = { ...basics(memberId), ...whole, recordedAt: later(60) };
      const due = { command: "EXPIRE", programId, asOf: later(60), inactiveSince: null } as const;
      const lapse: ExpireCommand = { ...basics(memberId), ...due, recordedAt: later(60) };
      const [early, late, lapsed, undone] = await atOnce([
        spend(memberId, programId, 80n, { recordedAt: later(59) }),
        spend(memberId, programId, 80n, { recordedAt: later(60) }),
        lapse,
        undo,
      ]);
      expect(late?.outcome).toBe("REFUSED");
      expect(undone?.outcome).toBe("DONE");
      const spent = early?.outcome === "DONE" ? 80n : 0n;
      const { shortfall } = undone as { shortfall: bigint };
      expect(shortfall).toBe(spent);
      expect(["DONE", "NOTHING"]).toContain(lapsed?.outcome);
      expect(await balance(memberId)).toEqual([0n, 0n, 0n]);
    }
  });

  it("points sent to a member that is merged meanwhile arrive or come back, whoever settles them", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const sender = await memberWith(100n);
      const [receiver, target] = [await memberWith(1n), await stage.memberId()];
      const sending = { command: "TRANSFER_OUT", programId, receiverId: receiver, amount: points(30n) } as const;
      const out: LedgerCommand = { ...basics(sender), ...sending, useOrder: "SOONEST" };
      const transit = { memberId: sender, sequence: sequenceOf(await stage.post(out)) };
      const settle = (server: number) => settleTransit({ database: servers[server] as Database }, transit, noon);
      const mergeNow = mergeMembers(stage.work(), { sourceId: receiver, targetId: target, reason: "one person" });
      const [first, second, third] = await Promise.all([settle(0), settle(1), settle(2), mergeNow.then(valueOf)]);
      expect(new Set([first, second, third, await settle(3)]).size).toBe(1);
      await Promise.all(servers.map((database) => carryMerged({ database, now: noon })));
      await sweepTransits({ database: stage.services.database, now: later(60) });
      const arrived = first === "ARRIVED" ? 30n : 0n;
      expect(await balance(sender)).toEqual([100n - arrived, 0n, 0n]);
      expect(await balance(receiver)).toEqual([0n, 0n, 0n]);
      expect(await balance(target)).toEqual([1n + arrived, 0n, 0n]);
    }
  });

  it("leaves books that are whole", async () => {
    const verdict = await verifyLedger(stage.services.database.app);
    expect(verdict.offenders).toEqual([]);
    expect(isWhole(verdict)).toBe(true);
  });
});
