import { hash } from "node:crypto";
import { canonicalJson } from "../../kernel/canonical-json";
import type {
  AmountOfLine,
  ConvertCommand,
  EarnCommand,
  LedgerCommand,
  LotToIssue,
  ReverseCommand,
  TransferInCommand,
} from "./command";

/**
 * A command as the kernel reads it: columns of `transfers` by their names, and what the command's own function names.
 * Whole numbers are texts, so that none passes through a JSON number. `eventId` is the id of the event that the kernel
 * writes with the transfer.
 */
export function encodeCommand(command: LedgerCommand, eventId: string): string {
  return JSON.stringify(Object.assign(sharedParts(command, eventId), ownParts(command)));
}

/**
 * SHA-256, in hex, of what the caller asked for: the same key with another hash is refused. The command is part of it in any
 * case, since a deposit and a withdrawal are asked for in the same words.
 */
function inputHash(command: LedgerCommand): string {
  const { recordedAt: _clock, idempotencyKey: _key, decidedFrom, ...asked } = command;
  return hash(
    "sha256",
    canonicalJson(decidedFrom === undefined ? asked : { command: command.command, decidedFrom }),
    "hex",
  );
}

function sharedParts(command: LedgerCommand, eventId: string): object {
  return {
    command: command.command,
    idempotency_key: command.idempotencyKey,
    input_hash: `\\x${inputHash(command)}`,
    event_id: eventId,
    cause_kind: command.cause.kind,
    cause_id: command.cause.id,
    actor: command.actor,
    merchant_id: command.merchantId,
    outlet_id: command.outletId,
    shift: command.shift,
    channel: command.channel,
    source_reference: command.sourceReference,
    price_version: command.priceVersion,
    reason: command.reason,
    occurred_at: command.occurredAt,
    recorded_at: command.recordedAt,
  };
}

function ownParts(command: LedgerCommand): object {
  switch (command.command) {
    case "EARN":
      return earn(command);
    case "SPEND":
      return { ...taking(command), lines: lines(command.lines), credit_bucket: command.creditBucket };
    case "HOLD":
      return { ...taking(command), lines: lines(command.lines), hold_until: command.expiresAt };
    case "CAPTURE": {
      const { hold, amount, creditBucket, final } = command;
      return { refers_to: text(hold), amount: text(amount), credit_bucket: creditBucket, final };
    }
    case "VOID":
      return { refers_to: text(command.hold) };
    case "REVERSE":
      return reverse(command);
    case "EXPIRE":
      return { program_id: command.programId, as_of: command.asOf, inactive_since: command.inactiveSince };
    case "RELEASE":
      return { program_id: command.programId, refers_to: text(command.transfer), as_of: command.asOf };
    case "CONVERT":
      return convert(command);
    case "DEPOSIT":
    case "WITHDRAW": {
      const { currency, amountMinor, otherBucket, funderPartnerId } = command;
      return { currency, amount: text(amountMinor), other_bucket: otherBucket, funder_partner_id: funderPartnerId };
    }
    case "TRANSFER_OUT":
      return { ...taking(command), counterparty_id: command.receiverId, amount: text(command.amount) };
    case "TRANSFER_IN":
      return transferIn(command);
    case "ADJUST": {
      const { amount, expiresAt, approver } = command;
      return { ...taking(command), amount: text(amount), expires_at: expiresAt, approver };
    }
  }
}

/** Digits; a replacer of JSON.stringify, which is called for every value, would take as long as all the rest. */
function text(number: bigint | null): string | null {
  return number === null ? null : number.toString();
}

function taking({ programId, useOrder }: { readonly programId: string; readonly useOrder: string }): object {
  return { program_id: programId, use_order: useOrder };
}

function lines(asked: readonly AmountOfLine[]): object[] {
  return asked.map(({ line, amount }) => ({ line, amount: text(amount) }));
}

function earn({ programId, lots, onCap }: EarnCommand): object {
  return { program_id: programId, on_cap: onCap, lots: lots.map(lot) };
}

function lot({ kind, amount, expiresAt, pendingUntil, terms, caps, funderPartnerId, line }: LotToIssue): object {
  return {
    ...{ kind, terms, line, caps: caps.map(({ cap, limit }) => ({ cap, limit: text(limit) })) },
    ...(typeof amount === "bigint"
      ? { amount: text(amount) }
      : { product: text(amount.product), denominator: text(amount.denominator) }),
    expires_at: expiresAt,
    ...(pendingUntil === "CONFIRMATION" ? { confirmation: true } : { pending_until: pendingUntil }),
    funder_partner_id: funderPartnerId,
  };
}

function reverse({ transfer, amount, line, onShortfall }: ReverseCommand): object {
  const part =
    amount !== null && typeof amount === "object" ? { product: text(amount.product) } : { amount: text(amount) };
  return { refers_to: text(transfer), ...part, line, on_shortfall: onShortfall };
}

function convert({ amount, numerator, denominator, into, ...command }: ConvertCommand): object {
  const { programId, credited, fee, expiresAt, terms } = into;
  return {
    ...taking(command),
    ...{ amount: text(amount), numerator: text(numerator), denominator: text(denominator) },
    into: { program_id: programId, credited: text(credited), fee: text(fee), expires_at: expiresAt, terms },
  };
}

function transferIn({ programId, senderId, lots }: TransferInCommand): object {
  return {
    program_id: programId,
    counterparty_id: senderId,
    lots: lots.map(({ kind, amount, expiresAt, terms }) => ({
      kind,
      amount: text(amount),
      expires_at: expiresAt,
      terms,
    })),
  };
}
