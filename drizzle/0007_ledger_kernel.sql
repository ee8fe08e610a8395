-- The kernel of the ledger: the only writer of its tables. docs/ledger.md tells what each command posts.
--
-- One call is one command of one member. It locks the member's head, so a member's commands run one after another and
-- each statement below sees all that was committed before. A command first decides everything and then writes: once it
-- has written, it can no longer refuse. No clock is read; `recorded_at` is the caller's.

-- The rows of these change in place with every command of a member: room in the page spares the indexes a new entry.
ALTER TABLE "alliance"."ledger_heads" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "alliance"."accounts" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "alliance"."lots" SET (fillfactor = 80);
--> statement-breakpoint
-- What a command decided: a refusal, or what is to be written. `entries` have neither number nor balance yet.
CREATE TYPE "alliance"."ledger_draft" AS (
  "outcome" text,
  "code" text,
  "available" bigint,
  "requested" bigint,
  "transfer" "alliance"."transfers",
  "entries" "alliance"."ledger_entries"[],
  "lots" "alliance"."lots"[],
  "hold_until" timestamp (3) with time zone,
  "lot_count" integer
);
--> statement-breakpoint
CREATE FUNCTION "alliance"."ledger_refusal"("code" text, "available" bigint, "requested" bigint)
RETURNS "alliance"."ledger_draft" LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  select row('REFUSED', code, available, requested, null, null, null, null, null)::alliance.ledger_draft
$$;
--> statement-breakpoint
CREATE FUNCTION "alliance"."ledger_entry"(
  "transfer" "alliance"."transfers", "debit" text, "credit" text, "amount" bigint, "lot_no" integer, "line" text,
  "issuer_partner_id" uuid, "funder_partner_id" uuid
) RETURNS "alliance"."ledger_entries" LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
begin
  return row(transfer.member_id, transfer.sequence, 0, transfer.program_id, null, debit, credit, amount, lot_no, line,
    issuer_partner_id, funder_partner_id, null, 0)::alliance.ledger_entries;
end $$;
--> statement-breakpoint
-- Takes points out of open lots that have not lapsed, into HELD or out of the member's hands, in the order of use.
-- Answers the lots and what was taken of each; null, with nothing changed, where there is not enough.
CREATE FUNCTION "alliance"."ledger_take"(
  "owner_id" uuid, "in_program" uuid, "wanted" bigint, "use_order" text, "at" timestamp with time zone, "into_held" boolean
) RETURNS "alliance"."lots"[] LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  rest bigint := wanted;
  taken alliance.lots[] := '{}';
  lot alliance.lots;
begin
  -- Two statements, since one that orders by a case would sort where the index already has the order.
  if use_order = 'BONUS_FIRST' then
    for lot in
      select * from alliance.lots l
      where l.member_id = owner_id and l.program_id = in_program and l.is_open and l.available > 0
        and (l.expires_at is null or l.expires_at > at)
      order by l.kind desc, l.expires_at, l.lot_no
    loop
      lot.issued := least(rest, lot.available);
      taken := taken || lot;
      rest := rest - lot.issued;
      exit when rest = 0;
    end loop;
  else
    for lot in
      select * from alliance.lots l
      where l.member_id = owner_id and l.program_id = in_program and l.is_open and l.available > 0
        and (l.expires_at is null or l.expires_at > at)
      order by l.expires_at, l.lot_no
    loop
      lot.issued := least(rest, lot.available);
      taken := taken || lot;
      rest := rest - lot.issued;
      exit when rest = 0;
    end loop;
  end if;
  if rest > 0 then return null; end if;
  foreach lot in array taken loop
    update alliance.lots l
    set available = l.available - lot.issued,
      held = case when into_held then l.held + lot.issued else l.held end,
      is_open = into_held or l.pending + l.held + l.available > lot.issued
    where l.member_id = owner_id and l.lot_no = lot.lot_no;
  end loop;
  return taken;
end $$;
--> statement-breakpoint
-- What a member could spend of a program now.
CREATE FUNCTION "alliance"."ledger_spendable"("owner_id" uuid, "in_program" uuid, "at" timestamp with time zone)
RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  select coalesce(sum(available), 0)::bigint from alliance.lots
  where member_id = owner_id and program_id = in_program and is_open and (expires_at is null or expires_at > at)
$$;
--> statement-breakpoint
-- The text of all that a transfer says, whose digest goes into its hash (docs/ledger-proof.md). It has to stay as it is
-- for ever.
CREATE FUNCTION "alliance"."ledger_body_text"(
  "t" "alliance"."transfers", "entries" "alliance"."ledger_entries"[], "issued" "alliance"."lots"[],
  "hold_until" timestamp with time zone
) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
declare
  said text;
  e alliance.ledger_entries;
  l alliance.lots;
begin
  said := array_to_json(array['T', t.command, t.program_id::text, t.idempotency_key, encode(t.input_hash, 'hex'),
      t.refers_to::text, t.counterparty_id::text, t.merchant_id::text, t.outlet_id::text, t.shift, t.channel,
      t.cause_kind, t.cause_id, t.source_reference, t.price_version, t.actor, t.approver, t.reason, t.amount::text,
      t.product::text, t.remainder::text, t.remainder_of::text, t.shortfall::text,
      (extract(epoch from t.occurred_at) * 1000)::bigint::text, (extract(epoch from t.recorded_at) * 1000)::bigint::text,
      t.event_id::text]);
  foreach e in array entries loop
    said := said || E'\n' || array_to_json(array['E', e.entry_no::text, e.program_id::text, e.currency, e.debit, e.credit,
      e.amount::text, e.lot_no::text, e.line, e.issuer_partner_id::text, e.funder_partner_id::text,
      e.reverses_entry_no::text, e.available_after::text]);
  end loop;
  if issued is not null then
    foreach l in array issued loop
      said := said || E'\n' || array_to_json(array['L', l.lot_no::text, l.program_id::text, l.kind, l.issued::text,
        (extract(epoch from l.expires_at) * 1000)::bigint::text, (extract(epoch from l.pending_until) * 1000)::bigint::text,
        l.terms, array_to_string(l.caps, ',')]);
    end loop;
  end if;
  if hold_until is not null then
    said := said || E'\n' || array_to_json(array['H', t.program_id::text, t.amount::text,
      (extract(epoch from hold_until) * 1000)::bigint::text]);
  end if;
  return said;
end $$;
--> statement-breakpoint
-- Moves the stored balances of one unit by what the entries say, and writes the balance after it into the entries. An
-- account whose points no bigint could count together fails with 22003, which callers hear as AMOUNT_OVERFLOW: looking for
-- room beforehand would cost each command another statement.
CREATE FUNCTION "alliance"."ledger_move_balance"(
  "t" "alliance"."transfers", "entries" "alliance"."ledger_entries"[], "of_program" uuid, "of_currency" text
) RETURNS "alliance"."ledger_entries"[] LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  more_available bigint := 0;
  more_held bigint := 0;
  more_pending bigint := 0;
  after bigint;
  in_all bigint;
  moved boolean := t.command in ('EARN', 'SPEND', 'HOLD', 'CAPTURE', 'CONVERT', 'TRANSFER_OUT', 'TRANSFER_IN');
  e alliance.ledger_entries;
begin
  foreach e in array entries loop
    continue when e.program_id is distinct from of_program or e.currency is distinct from of_currency;
    if e.debit in ('AVAILABLE', 'CASH') then more_available := more_available - e.amount;
    elsif e.debit = 'HELD' then more_held := more_held - e.amount;
    elsif e.debit = 'PENDING' then more_pending := more_pending - e.amount;
    end if;
    if e.credit in ('AVAILABLE', 'CASH') then more_available := more_available + e.amount;
    elsif e.credit = 'HELD' then more_held := more_held + e.amount;
    elsif e.credit = 'PENDING' then more_pending := more_pending + e.amount;
    end if;
  end loop;
  if of_program is not null then
    update alliance.accounts a
    set available = a.available + more_available, held = a.held + more_held, pending = a.pending + more_pending,
      last_moved_at = case when moved then greatest(a.last_moved_at, t.recorded_at) else a.last_moved_at end
    where a.member_id = t.member_id and a.program_id = of_program
    returning a.available, a.available + a.held + a.pending into after, in_all;
    if not found then
      after := more_available;
      insert into alliance.accounts (member_id, program_id, available, held, pending, opened_at, last_moved_at)
      values (t.member_id, of_program, more_available, more_held, more_pending, t.recorded_at, t.recorded_at);
    end if;
  else
    update alliance.cash_accounts c set available_minor = c.available_minor + more_available
    where c.member_id = t.member_id and c.currency = of_currency
    returning c.available_minor into after;
    if not found then
      after := more_available;
      insert into alliance.cash_accounts (member_id, currency, available_minor, opened_at)
      values (t.member_id, of_currency, more_available, t.recorded_at);
    end if;
  end if;
  for i in 1 .. cardinality(entries) loop
    if entries[i].program_id is not distinct from of_program and entries[i].currency is not distinct from of_currency then
      entries[i].available_after := after;
    end if;
  end loop;
  return entries;
end $$;
--> statement-breakpoint
-- Moves the balances of what a command decided, and makes its transfer complete: entries numbered, chained and hashed.
CREATE FUNCTION "alliance"."ledger_move"("draft" "alliance"."ledger_draft", "previous" bytea)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  t alliance.transfers := draft.transfer;
  entries alliance.ledger_entries[] := draft.entries;
  second integer;
begin
  for i in 1 .. cardinality(entries) loop
    entries[i].entry_no := i;
    if second is null and entries[i].program_id is distinct from entries[1].program_id then second := i; end if;
  end loop;
  if cardinality(entries) > 0 then
    entries := alliance.ledger_move_balance(t, entries, entries[1].program_id, entries[1].currency);
    if second is not null then
      entries := alliance.ledger_move_balance(t, entries, entries[second].program_id, entries[second].currency);
    end if;
  end if;
  t.hash := sha256(convert_to(array_to_json(array['alliance-ledger-1', t.member_id::text, t.sequence::text,
    encode(previous, 'hex'), encode(sha256(convert_to(
      alliance.ledger_body_text(t, entries, draft.lots, draft.hold_until), 'UTF8')), 'hex')])::text, 'UTF8'));
  draft.transfer := t;
  draft.entries := entries;
  return draft;
end $$;
--> statement-breakpoint
CREATE FUNCTION "alliance"."ledger_event_type"("command" text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
begin
  return case command
    when 'EARN' then 'points.earned' when 'SPEND' then 'points.spent' when 'HOLD' then 'points.held'
    when 'CAPTURE' then 'points.captured' when 'VOID' then 'points.hold_voided' when 'REVERSE' then 'transfer.reversed'
    when 'EXPIRE' then 'points.expired' when 'RELEASE' then 'points.confirmed' when 'CONVERT' then 'points.converted'
    when 'DEPOSIT' then 'money.deposited' when 'WITHDRAW' then 'money.withdrawn' when 'TRANSFER_OUT' then 'points.sent'
    when 'TRANSFER_IN' then 'points.received' when 'ADJUST' then 'points.adjusted'
  end;
end $$;
--> statement-breakpoint
-- Writes the rows of commands that were carried out, each of another member. Whole sets, since starting an INSERT costs more
-- than a row of it.
CREATE FUNCTION "alliance"."ledger_record"(
  "heads" "alliance"."ledger_heads"[], "made" "alliance"."transfers"[], "moved" "alliance"."ledger_entries"[],
  "issued" "alliance"."lots"[], "held" "alliance"."holds"[]
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
begin
  insert into alliance.transfers select t.* from unnest(made) as t;
  insert into alliance.ledger_entries select e.* from unnest(moved) as e;
  if cardinality(issued) > 0 then insert into alliance.lots select l.* from unnest(issued) as l; end if;
  if cardinality(held) > 0 then insert into alliance.holds select h.* from unnest(held) as h; end if;
  update alliance.ledger_heads h set sequence = n.sequence, hash = n.hash, lot_count = n.lot_count
  from unnest(heads) as n where h.member_id = n.member_id;
  insert into alliance.member_outbox (member_id, event_id, type, payload, occurred_at, recorded_at)
  select t.member_id, t.event_id, alliance.ledger_event_type(t.command), jsonb_build_object(
    'memberId', t.member_id, 'sequence', t.sequence::text, 'command', t.command, 'programId', t.program_id,
    'amount', t.amount::text, 'shortfall', t.shortfall::text, 'causeKind', t.cause_kind, 'causeId', t.cause_id,
    'refersTo', t.refers_to::text), t.occurred_at, t.recorded_at
  from unnest(made) as t;
end $$;
--> statement-breakpoint
-- Makes the head of a member that has none yet; nothing for a member that is not there.
CREATE FUNCTION "alliance"."ledger_open_head"("owner_id" uuid)
RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  insert into alliance.ledger_heads (member_id, sequence, hash, lot_count)
  select m.member_id, 0, decode(repeat('00', 32), 'hex'), 0 from alliance.members m where m.member_id = owner_id
  on conflict do nothing
$$;
--> statement-breakpoint
-- Decides one command under the lock of its member's head and moves the balances; its rows are not written yet. The
-- outcome `REPLAYED` comes with the transfer that the key left earlier.
CREATE FUNCTION "alliance"."ledger_carry_out"("owner_id" uuid, "asked" jsonb)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  head record;
  t alliance.transfers;
  earlier record;
  draft alliance.ledger_draft;
begin
  for attempt in 1 .. 2 loop
    select h.sequence, h.hash, h.lot_count, m.status into head
    from alliance.ledger_heads h join alliance.members m on m.member_id = h.member_id
    where h.member_id = owner_id for update of h;
    exit when found;
    if attempt = 2 then return alliance.ledger_refusal('NOT_FOUND', null, null); end if;
    perform alliance.ledger_open_head(owner_id);
  end loop;
  t := jsonb_populate_record(null::alliance.transfers, asked);
  t.member_id := owner_id;
  select e.input_hash, e.sequence, e.amount, e.shortfall into earlier from alliance.transfers e
  where e.member_id = owner_id and e.idempotency_key = t.idempotency_key;
  if found then
    if earlier.input_hash <> t.input_hash then
      return alliance.ledger_refusal('IDEMPOTENCY_MISMATCH', null, null);
    end if;
    t.sequence := earlier.sequence;
    t.amount := earlier.amount;
    t.shortfall := earlier.shortfall;
    return row('REPLAYED', null, null, null, t, null, null, null, null)::alliance.ledger_draft;
  end if;
  t.sequence := head.sequence + 1;
  t.amount := coalesce(t.amount, 0);
  t.shortfall := 0;
  draft := alliance.ledger_decide(t, asked, head.lot_count, head.status);
  if draft.outcome = 'DONE' then
    draft := alliance.ledger_move(draft, head.hash);
    draft.lot_count := head.lot_count + coalesce(cardinality(draft.lots), 0);
  end if;
  return draft;
end $$;
--> statement-breakpoint
-- What the caller is told: {"outcome": "DONE" | "REPLAYED", "sequence", "amount", "shortfall"}, {"outcome": "NOTHING"} or
-- {"outcome": "REFUSED", "code", "available", "requested"}; numbers as texts.
CREATE FUNCTION "alliance"."ledger_answer"("draft" "alliance"."ledger_draft")
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
begin
  if draft.outcome in ('DONE', 'REPLAYED') then
    return jsonb_build_object('outcome', draft.outcome, 'sequence', (draft.transfer).sequence::text,
      'amount', (draft.transfer).amount::text, 'shortfall', (draft.transfer).shortfall::text);
  end if;
  return jsonb_strip_nulls(jsonb_build_object('outcome', draft.outcome, 'code', draft.code,
    'available', draft.available::text, 'requested', draft.requested::text));
end $$;
--> statement-breakpoint
-- Posts many commands in one statement, each by itself: what one refuses does not touch the others. Members are taken by
-- rising id, so that two batches cannot wait for each other in a circle; the rows of several members are written together.
-- A command's properties are the columns of `transfers` and what its own function names. Answers in the order asked. Safe
-- to call again with the same commands, whatever became of the first call.
--
-- The planner is kept from whole tables: the plans in here are made once a session, and one that was made while a table
-- was small would read all of it when it has grown. Measured: twenty times as long at ten thousand lots.
CREATE FUNCTION "alliance"."ledger_post_batch"("member_ids" uuid[], "commands" jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
declare
  answers jsonb[] := array_fill(null::jsonb, array[cardinality(member_ids)]);
  place integer;
  draft alliance.ledger_draft;
  last_member uuid;
  heads alliance.ledger_heads[] := '{}';
  made alliance.transfers[] := '{}';
  moved alliance.ledger_entries[] := '{}';
  issued alliance.lots[] := '{}';
  held alliance.holds[] := '{}';
begin
  for place in
    select o.place from unnest(member_ids) with ordinality as o (member_id, place) order by o.member_id, o.place
  loop
    -- A member's next command must see the rows of the one before.
    if member_ids[place] = last_member and cardinality(made) > 0 then
      perform alliance.ledger_record(heads, made, moved, issued, held);
      heads := '{}'; made := '{}'; moved := '{}'; issued := '{}'; held := '{}';
    end if;
    last_member := member_ids[place];
    draft := alliance.ledger_carry_out(last_member, commands -> (place - 1));
    answers[place] := alliance.ledger_answer(draft);
    continue when draft.outcome <> 'DONE';
    made := made || draft.transfer;
    moved := moved || draft.entries;
    if draft.lots is not null then issued := issued || draft.lots; end if;
    heads := heads || row(last_member, (draft.transfer).sequence, (draft.transfer).hash, draft.lot_count)::alliance.ledger_heads;
    if draft.hold_until is not null then
      held := held || row(last_member, (draft.transfer).sequence, (draft.transfer).program_id, (draft.transfer).amount,
        (draft.transfer).amount, draft.hold_until)::alliance.holds;
    end if;
  end loop;
  if cardinality(made) > 0 then perform alliance.ledger_record(heads, made, moved, issued, held); end if;
  return to_jsonb(answers);
end $$;
--> statement-breakpoint
-- Posts one command. Its member as an argument of its own lets a cluster carry it out where the member lies.
CREATE FUNCTION "alliance"."ledger_post"("member_id" uuid, "command" jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
begin
  return alliance.ledger_post_batch(array[member_id], jsonb_build_array(command)) -> 0;
end $$;
--> statement-breakpoint
-- Which command an outside reference belongs to: the first claim wins, and the same command may claim again, which renews
-- the claim. Answers whether the reference is this command's.
CREATE FUNCTION "alliance"."ledger_claim_reference"(
  "reference" text, "owner_id" uuid, "key" text, "at" timestamp with time zone
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
declare
  mine boolean;
begin
  insert into alliance.source_references (source_reference, member_id, idempotency_key, claimed_at)
  values (reference, owner_id, key, at)
  on conflict (source_reference) do update set claimed_at = excluded.claimed_at
  where source_references.member_id = excluded.member_id
    and source_references.idempotency_key = excluded.idempotency_key and source_references.confirmed_at is null;
  select s.member_id = owner_id and s.idempotency_key = key into mine
  from alliance.source_references s where s.source_reference = reference;
  return mine;
end $$;
--> statement-breakpoint
-- Says that the transfer of a claimed reference is there, and when it was recorded.
CREATE FUNCTION "alliance"."ledger_confirm_reference"("reference" text, "owner_id" uuid, "key" text, "at" timestamp with time zone)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  update alliance.source_references set confirmed_at = at, claimed_at = null
  where source_reference = reference and member_id = owner_id and idempotency_key = key and confirmed_at is null
$$;
--> statement-breakpoint
-- Gives up a claim whose command never left a transfer. For the sweeper alone, long after the command must have ended:
-- a command that is refused keeps its claim, since the same command may be on its way a second time.
-- Only if the claim is still the one that was looked at: a repetition that has just claimed again keeps it.
CREATE FUNCTION "alliance"."ledger_release_reference"(
  "reference" text, "owner_id" uuid, "key" text, "claimed" timestamp with time zone
) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  delete from alliance.source_references
  where source_reference = reference and member_id = owner_id and idempotency_key = key and confirmed_at is null
    and claimed_at = claimed
$$;
--> statement-breakpoint
-- Says that points in transit have arrived. The receiver's TRANSFER_IN must be there.
CREATE FUNCTION "alliance"."ledger_transit_arrived"("owner_id" uuid, "sent" bigint)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  update alliance.points_in_transit set state = 'ARRIVED'
  where member_id = owner_id and sequence = sent and state = 'SENT'
$$;
