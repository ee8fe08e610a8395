import type { Services } from "../context";
import { points } from "../kernel/points";
import type { EarnCommand } from "../ledger/core/command";
import { postBatch } from "../ledger/post";

/** What a member has in a program when the alliance takes the program over. */
export interface OpeningBalance {
  readonly memberId: string;
  readonly programId: string;
  readonly available: bigint;
}

/**
 * Gives many members what they bring, once for each account: where a load is repeated the first amount stands. The points
 * never lapse, since nothing tells when they were earned.
 */
export async function openAccounts(services: Services, balances: readonly OpeningBalance[], now: Date): Promise<void> {
  await postBatch(
    services,
    balances.map((balance) => openingOf(balance, now)),
  );
}

function openingOf({ memberId, programId, available }: OpeningBalance, now: Date): EarnCommand {
  const free = { expiresAt: null, pendingUntil: null, terms: null, caps: [], funderPartnerId: null, line: null };
  return {
    ...{ command: "EARN", memberId, programId, onCap: "CUT", actor: "service:import" },
    idempotencyKey: `opening:${programId}`,
    cause: { kind: "OPENING", id: programId },
    lots: [{ kind: "BASE", amount: points(available), ...free }],
    ...{ occurredAt: now, recordedAt: now },
    decidedFrom: { programId },
  };
}
