import fc from "fast-check";
import { newId } from "../../src/kernel/ids";
import {
  ledgerCommands,
  ledgerRefusalCodes,
  type LedgerCommand,
  type LedgerResult,
} from "../../src/ledger/core/command";
import { postBatch } from "../../src/ledger/post";
import { verifyLedger } from "../../src/ledger/verify-ledger";
import { ledgerStage, type LedgerStage } from "../support/ledger-stage";
import { apply } from "../support/ledger-model/apply";
import { emptyBooks, type ModelBooks } from "../support/ledger-model/books";
import { drawnCommand, type Drawn } from "../support/ledger-model/commands";
import { stateOf, stateStatement } from "../support/ledger-model/state";
import { noon } from "../support/members-stage";

/** 20,000 commands; LEDGER_RUNS asks for more sequences of fifty. */
const sequences = Number(process.env.LEDGER_RUNS ?? 400);
const commandsEach = 50;
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 1_000_000);

let stage: LedgerStage;
let programIds: string[];
let partnerId: string;

beforeAll(async () => {
  stage = await ledgerStage();
  programIds = [await stage.program(), await stage.program()];
  partnerId = await stage.partner();
});

async function stored(memberId: string): Promise<unknown> {
  const [row] = await stage.services.database.app.$client.unsafe<{ state: unknown }[]>(stateStatement, [memberId], {
    prepare: true,
  });
  return row?.state;
}

/** Members of its own for each sequence, in whose places the drawn ones stand. */
async function play(drawn: readonly Drawn[], places: readonly string[], inBatches: boolean): Promise<void> {
  const ids = await Promise.all(places.map(async () => (await stage.member(partnerId)).memberId));
  const all = new Map<string, ModelBooks>(ids.map((id) => [id, emptyBooks()]));
  const before: LedgerCommand[] = [];
  const expectedOfAll: LedgerResult[] = [];
  for (const one of drawn) {
    const command = withMembers(commandOf(one, before, all, ids[places.indexOf(one.memberId)] ?? ""), places, ids);
    before.push(command);
    const expected = apply(all, command);
    count(command, expected);
    expectedOfAll.push(expected);
    if (inBatches) continue;
    const told = JSON.stringify(command, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    expect([told, await stage.post(command)]).toEqual([told, expected]);
    expect([told, await stored(command.memberId)]).toEqual([told, stateOf(all.get(command.memberId) as ModelBooks)]);
  }
  if (inBatches) expect(await postBatch(stage.services, before)).toEqual(expectedOfAll);
  for (const [memberId, books] of all) expect(await stored(memberId)).toEqual(stateOf(books));
}

function commandOf(drawn: Drawn, before: readonly LedgerCommand[], all: Map<string, ModelBooks>, memberId: string) {
  const { repeats, stealsKeyOf, recordedAt } = drawn;
  const again = repeats === null ? undefined : before[before.length - 1 - repeats];
  if (again) return { ...again, recordedAt };
  const books = all.get(memberId) ?? emptyBooks();
  const others = books.transfers.map(({ sequence }) => sequence);
  const idempotencyKey = (stealsKeyOf === null ? undefined : before[stealsKeyOf]?.idempotencyKey) ?? newId();
  const earns = books.transfers.filter((each) => each.command.command === "EARN").map(({ sequence }) => sequence);
  const holds = [...books.holds]
    .filter(([, { outstanding }]) => outstanding > 0n || books.holds.size > 3)
    .map(([key]) => key);
  return drawn.make({ idempotencyKey, last: BigInt(others.length), holds, earns, others });
}

const seen = new Map<string, number>();

function count({ command }: LedgerCommand, result: LedgerResult): void {
  const outcome = `${command} ${result.outcome === "REFUSED" ? result.code : result.outcome}`;
  seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
}

function withMembers(command: LedgerCommand, places: readonly string[], ids: readonly string[]): LedgerCommand {
  const named = (id: string) => ids[places.indexOf(id)] ?? id;
  return {
    ...command,
    memberId: named(command.memberId),
    ...("receiverId" in command ? { receiverId: named(command.receiverId) } : {}),
    ...("senderId" in command ? { senderId: named(command.senderId) } : {}),
  };
}

describe(`the kernel and the model agree (LEDGER_SEED=${seed})`, () => {
  // Several members in a batch, so that commands that go together stand beside those that go alone.
  const [few, many] = [2, 10].map((members) => Array.from({ length: members }, newId)) as [string[], string[]];

  it.each([
    ["after every single command", few, 0.5],
    ["in batches of few members", few, 0.25],
    ["in batches of many members", many, 0.25],
  ] as const)(
    "%s",
    async (name, places, share) => {
      const inBatches = name.startsWith("in batches");
      const scene = { memberIds: places, programIds, start: noon };
      const lane = async (number: number) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(drawnCommand(scene), { minLength: commandsEach, maxLength: commandsEach, size: "max" }),
            (drawn) => play(drawn, places, inBatches),
          ),
          {
            seed: seed + number + (inBatches ? 100 * places.length : 0),
            numRuns: Math.ceil((sequences * share) / 4),
            endOnFailure: true,
          },
        );
      };
      await Promise.all([0, 1, 2, 3].map(lane));
    },
    600_000,
  );

  it("and the proof finds nothing to blame, but that the drawn arrivals were never sent", async () => {
    const { transfers, offenders } = await verifyLedger(stage.services.database.app);
    expect(transfers).toBeGreaterThan(sequences * 10);
    expect(offenders.filter(({ invariant }) => invariant !== "TRANSITS")).toEqual([]);
  }, 60_000);

  it("drew every command often enough to judge it", () => {
    const least = sequences / 100;
    for (const command of ledgerCommands)
      expect([command, seen.get(`${command} DONE`)]).toEqual([command, atLeast(least)]);
    for (const code of ledgerRefusalCodes.filter((each) => !["MEMBER_CLOSED"].includes(each))) {
      const times = [...seen]
        .filter(([outcome]) => outcome.endsWith(` ${code}`))
        .reduce((sum, [, count]) => sum + count, 0);
      expect([code, times]).toEqual([code, atLeast(1)]);
    }
  });
});

const atLeast = (least: number): unknown => ({
  asymmetricMatch: (value: unknown) => Number(value) >= least,
  toString: () => `at least ${least}`,
});
