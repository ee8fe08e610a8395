import type { ModelBooks } from "./books";

/** One text of all that a member's books hold, which the model and the database write alike. */
export function stateOf(books: ModelBooks): unknown {
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const last = books.transfers.at(-1);
  const byKey = <Value>(map: Map<string, Value>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    sequence: String(books.transfers.length),
    lotCount: String(books.lots.length),
    accounts: byKey(books.accounts).map(([programId, { available, held, pending, openedAt, lastMovedAt }]) =>
      [programId, available, held, pending, iso(openedAt), iso(lastMovedAt)].map(text),
    ),
    lots: books.lots.map((lot) =>
      [
        ...[lot.lotNo, lot.programId, lot.sequence, lot.kind, lot.issued, lot.pending, lot.available, lot.held],
        ...[iso(lot.expiresAt), iso(lot.pendingUntil), lot.caps.map(({ cap, limit }) => `${cap}=${limit}`).join(",")],
        lot.pending + lot.available + lot.held > 0n ? "open" : "empty",
      ].map(text),
    ),
    holds: [...books.holds].map(([sequence, hold]) =>
      [sequence, hold.programId, hold.amount, hold.outstanding, iso(hold.expiresAt)].map(text),
    ),
    cash: byKey(books.cash).map((each) => each.map(text)),
    caps: byKey(books.caps).map(([cap, { used, limit }]) => [cap, used, limit].map(text)),
    remainders: byKey(books.remainders).map(([id, { remainder, denominator }]) =>
      [id, remainder, denominator].map(text),
    ),
    transits: [...books.transits].map(([sequence, { receiverId, state }]) => [sequence, receiverId, state].map(text)),
    transfer: last
      ? [
          last.command.command,
          last.programId,
          last.refersTo,
          last.amount,
          last.product,
          last.remainder,
          last.shortfall,
        ].map(text)
      : null,
    entries: (last?.entries ?? []).map((entry) =>
      [
        ...[entry.programId, entry.currency, entry.debit, entry.credit, entry.amount, entry.lotNo, entry.line],
        ...[entry.reverses, entry.availableAfter],
      ].map(text),
    ),
  };
}

function text(value: string | number | bigint | null): string | null {
  return value === null ? null : String(value);
}

const list = (columns: string, from: string, order: string) => `
  coalesce((select json_agg(array[${columns}]::text[] order by ${order}) from alliance.${from} where member_id = $1), '[]')`;
const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The same of the database, by one statement: `$1` is the member. */
export const stateStatement = `
  select json_build_object(
    'sequence', coalesce((select sequence from alliance.ledger_heads where member_id = $1), 0)::text,
    'lotCount', coalesce((select lot_count from alliance.ledger_heads where member_id = $1), 0)::text,
    'accounts', ${list(`program_id, available, held, pending, ${iso("opened_at")}, ${iso("last_moved_at")}`, "accounts", "program_id")},
    'lots', ${list(
      `lot_no, program_id, sequence, kind, issued, pending, available, held, ${iso("expires_at")}, ${iso("pending_until")},
        array_to_string(caps, ','), case when is_open then 'open' else 'empty' end`,
      "lots",
      "lot_no",
    )},
    'holds', ${list(`sequence, program_id, amount, outstanding, ${iso("expires_at")}`, "holds", "sequence")},
    'cash', ${list("currency, available_minor", "cash_accounts", 'currency collate "C"')},
    'caps', ${list("cap, used, cap_limit", "earning_caps", 'cap collate "C"')},
    'remainders', ${list("program_id, remainder, denominator", "earning_remainders", "program_id")},
    'transits', ${list("sequence, receiver_id, state", "points_in_transit", "sequence")},
    'transfer', (select array[command, program_id::text, refers_to::text, amount::text, product::text, remainder::text,
      shortfall::text] from alliance.transfers where member_id = $1 order by sequence desc limit 1),
    'entries', coalesce((select json_agg(array[program_id::text, currency, debit, credit, amount::text, lot_no::text, line,
        reverses_entry_no::text, available_after::text] order by entry_no)
      from alliance.ledger_entries where member_id = $1
        and sequence = (select max(sequence) from alliance.transfers where member_id = $1)), '[]')
  ) as state`;
