-- What each command of the ledger decides (0007 writes it). `t` comes with the caller's columns and its sequence.

-- Checks what all commands share and hands over to the command's own function.
CREATE FUNCTION "alliance"."ledger_decide"(
  "t" "alliance"."transfers", "asked" jsonb, "lot_count" integer, "standing" text
) RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  issuer uuid;
begin
  if standing <> 'ACTIVE' and not (
    t.command in ('CAPTURE', 'VOID', 'REVERSE', 'EXPIRE', 'RELEASE')
    or t.cause_kind = 'OPENING'
    or (t.command = 'TRANSFER_OUT' and t.cause_kind = 'MERGE')
    or (t.command = 'TRANSFER_IN' and jsonb_array_length(asked -> 'lots') = 0)
  ) then
    return alliance.ledger_refusal('MEMBER_CLOSED', null, null);
  end if;
  if t.program_id is not null then
    select p.issuer_partner_id into issuer from alliance.programs p where p.program_id = t.program_id;
    if not found then return alliance.ledger_refusal('NOT_FOUND', null, null); end if;
  end if;
  case t.command
    when 'EARN' then return alliance.ledger_earn(t, asked, lot_count, issuer);
    when 'SPEND' then return alliance.ledger_spend(t, asked, issuer, null);
    when 'HOLD' then return alliance.ledger_spend(t, asked, issuer, (asked ->> 'hold_until')::timestamptz);
    when 'CAPTURE' then return alliance.ledger_end_hold(t, asked);
    when 'VOID' then return alliance.ledger_end_hold(t, asked);
    when 'REVERSE' then return alliance.ledger_reverse(t, asked);
    when 'EXPIRE' then return alliance.ledger_expire(t, asked, issuer);
    when 'RELEASE' then return alliance.ledger_release(t, asked, issuer);
    when 'CONVERT' then return alliance.ledger_convert(t, asked, lot_count, issuer);
    when 'DEPOSIT' then return alliance.ledger_move_money(t, asked);
    when 'WITHDRAW' then return alliance.ledger_move_money(t, asked);
    when 'TRANSFER_OUT' then return alliance.ledger_send(t, asked, issuer);
    when 'TRANSFER_IN' then return alliance.ledger_receive(t, asked, lot_count, issuer);
    when 'ADJUST' then return alliance.ledger_adjust(t, asked, lot_count, issuer);
  end case;
end $$;
--> statement-breakpoint
-- EARN: issues lots, each cut to what its caps leave. One of them may carry: it is counted from a product to which the
-- member's remainder is put, and what its rounding leaves over is the remainder from then on.
CREATE FUNCTION "alliance"."ledger_earn"("t" "alliance"."transfers", "asked" jsonb, "lot_count" integer, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  wanted record;
  lots alliance.lots[] := '{}';
  entries alliance.ledger_entries[] := '{}';
  caps text[] := '{}';
  limits bigint[] := '{}';
  used bigint[] := '{}';
  wanted_caps text[];
  points numeric;
  issued numeric := 0;
  carried_before bigint;
  place integer;
begin
  for wanted in
    select * from jsonb_to_recordset(asked -> 'lots') as w (kind text, amount bigint, product bigint, denominator bigint,
      expires_at timestamptz, pending_until timestamptz, confirmation boolean, terms text, caps jsonb,
      funder_partner_id uuid, line text)
  loop
    points := wanted.amount;
    if wanted.product is not null then
      if wanted.product < 0 or wanted.denominator <= 0 or t.product is not null then
        return alliance.ledger_refusal('INVALID_INPUT', null, null);
      end if;
      select div(r.remainder::numeric * wanted.denominator, r.denominator) into points
      from alliance.earning_remainders r where r.member_id = t.member_id and r.program_id = t.program_id;
      carried_before := coalesce(points, 0);
      points := div(carried_before + wanted.product::numeric, wanted.denominator);
      t.product := wanted.product;
      t.remainder := mod(carried_before + wanted.product::numeric, wanted.denominator);
      t.remainder_of := wanted.denominator;
    end if;
    if points is null or points < 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
    wanted_caps := '{}';
    if jsonb_array_length(wanted.caps) > 0 then
      declare
        cap record;
        before numeric := points;
      begin
        for cap in select * from jsonb_to_recordset(wanted.caps) as c (cap text, "limit" bigint) loop
          place := array_position(caps, cap.cap);
          if place is null then
            place := cardinality(caps) + 1;
            caps[place] := cap.cap;
            used[place] := coalesce((select k.used from alliance.earning_caps k
              where k.member_id = t.member_id and k.cap = caps[place]), 0);
          end if;
          -- One counter has one limit in one command, else the lots could not tell which it was held to.
          if limits[place] <> cap."limit" then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
          limits[place] := cap."limit";
          points := greatest(least(points, cap."limit" - used[place]), 0);
          wanted_caps := wanted_caps || (cap.cap || '=' || cap."limit");
        end loop;
        if points < before and asked ->> 'on_cap' = 'REFUSE' then
          return alliance.ledger_refusal('CAP_REACHED', points::bigint, least(before, 9223372036854775807)::bigint);
        end if;
        for cap in select * from jsonb_to_recordset(wanted.caps) as c (cap text) loop
          place := array_position(caps, cap.cap);
          used[place] := used[place] + points;
        end loop;
      end;
    end if;
    continue when points = 0;
    issued := issued + points;
    if issued > 9223372036854775807 then return alliance.ledger_refusal('AMOUNT_OVERFLOW', null, null); end if;
    lots := lots || row(t.member_id, lot_count + cardinality(lots) + 1, t.program_id, t.sequence, wanted.kind, points,
      0, 0, 0, wanted.expires_at, wanted.pending_until, wanted.terms, wanted_caps, true)::alliance.lots;
    if wanted.confirmation or wanted.pending_until > t.recorded_at then
      lots[cardinality(lots)].pending := points;
      entries := entries || alliance.ledger_entry(t, 'ISSUER_LIABILITY', 'PENDING', points::bigint,
        lots[cardinality(lots)].lot_no, wanted.line, issuer, wanted.funder_partner_id);
    else
      lots[cardinality(lots)].available := points;
      lots[cardinality(lots)].pending_until := null;
      entries := entries || alliance.ledger_entry(t, 'ISSUER_LIABILITY', 'AVAILABLE', points::bigint,
        lots[cardinality(lots)].lot_no, wanted.line, issuer, wanted.funder_partner_id);
    end if;
  end loop;
  if issued = 0 and t.remainder is not distinct from carried_before then
    return row('NOTHING', null, null, null, null, null, null, null, null)::alliance.ledger_draft;
  end if;
  perform alliance.ledger_use_caps(t.member_id, caps, limits, used, lots);
  if t.product is not null then perform alliance.ledger_carry(t); end if;
  t.amount := issued;
  return row('DONE', null, null, null, t, entries, lots, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- Writes the counters that the issued lots name.
CREATE FUNCTION "alliance"."ledger_use_caps"(
  "owner_id" uuid, "names" text[], "limits" bigint[], "counts" bigint[], "issued_lots" "alliance"."lots"[]
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  place integer;
begin
  for place in 1 .. cardinality(names) loop
    continue when not exists (select 1 from unnest(issued_lots) as l where names[place] || '=' || limits[place] = any (l.caps));
    insert into alliance.earning_caps (member_id, cap, used, cap_limit)
    values (owner_id, names[place], counts[place], limits[place])
    on conflict (member_id, cap) do update set used = excluded.used, cap_limit = excluded.cap_limit;
  end loop;
end $$;
--> statement-breakpoint
-- Writes the remainder that the member carries in the program from now on.
CREATE FUNCTION "alliance"."ledger_carry"("t" "alliance"."transfers")
RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  insert into alliance.earning_remainders (member_id, program_id, remainder, denominator)
  values (t.member_id, t.program_id, t.remainder, t.remainder_of)
  on conflict (member_id, program_id) do update set remainder = excluded.remainder, denominator = excluded.denominator
$$;
--> statement-breakpoint
-- SPEND, and HOLD where `hold_until` is given: takes each line's points out of the lots in the order of use.
CREATE FUNCTION "alliance"."ledger_spend"(
  "t" "alliance"."transfers", "asked" jsonb, "issuer" uuid, "hold_until" timestamp with time zone
) RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  line record;
  total numeric;
  smallest bigint;
  taken alliance.lots[];
  entries alliance.ledger_entries[] := '{}';
  credit text := case when hold_until is null then asked ->> 'credit_bucket' else 'HELD' end;
  place integer := 1;
  part bigint;
begin
  select sum(l.amount), min(l.amount) into total, smallest
  from jsonb_to_recordset(asked -> 'lines') as l (amount bigint);
  if total is null or smallest <= 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  if total <= 9223372036854775807 then
    taken := alliance.ledger_take(t.member_id, t.program_id, total::bigint, asked ->> 'use_order', t.recorded_at,
      hold_until is not null);
  end if;
  if taken is null then
    return alliance.ledger_refusal('INSUFFICIENT_POINTS',
      alliance.ledger_spendable(t.member_id, t.program_id, t.recorded_at), least(total, 9223372036854775807)::bigint);
  end if;
  for line in select * from jsonb_to_recordset(asked -> 'lines') as l (line text, amount bigint) loop
    while line.amount > 0 loop
      part := least(line.amount, taken[place].issued);
      entries := entries || alliance.ledger_entry(t, 'AVAILABLE', credit, part, taken[place].lot_no, line.line, issuer, null);
      line.amount := line.amount - part;
      taken[place].issued := taken[place].issued - part;
      if taken[place].issued = 0 then place := place + 1; end if;
    end loop;
  end loop;
  t.amount := total;
  return row('DONE', null, null, null, t, entries, null, hold_until, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- CAPTURE and VOID: a hold's points go to the party, in the order in which they were held; what a VOID or a final CAPTURE
-- leaves becomes available again.
CREATE FUNCTION "alliance"."ledger_end_hold"("t" "alliance"."transfers", "asked" jsonb)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  hold alliance.holds;
  held record;
  entries alliance.ledger_entries[] := '{}';
  capturing boolean := t.command = 'CAPTURE';
  ends boolean := not capturing or coalesce((asked ->> 'final')::boolean, false);
  rest bigint := case when capturing then t.amount else 0 end;
  captured bigint;
  returned bigint;
begin
  select * into hold from alliance.holds h where h.member_id = t.member_id and h.sequence = t.refers_to;
  if not found then return alliance.ledger_refusal('NOT_FOUND', null, null); end if;
  if capturing and rest <= 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  if hold.outstanding = 0 or (capturing and hold.expires_at <= t.recorded_at) then
    return alliance.ledger_refusal('HOLD_CLOSED', null, null);
  end if;
  if rest > hold.outstanding then
    return alliance.ledger_refusal('INSUFFICIENT_HOLD', hold.outstanding, rest);
  end if;
  t.program_id := hold.program_id;
  for held in
    select e.lot_no, e.line, e.issuer_partner_id as issuer,
      sum(case when e.credit = 'HELD' then e.amount else -e.amount end)::bigint as amount
    from alliance.ledger_entries e
    where e.member_id = t.member_id and e.sequence = any (
      array(select x.sequence from alliance.transfers x where x.member_id = t.member_id and x.refers_to = hold.sequence)
      || hold.sequence)
    group by e.lot_no, e.line, e.issuer_partner_id
    having sum(case when e.credit = 'HELD' then e.amount else -e.amount end) > 0
    order by min(e.entry_no) filter (where e.credit = 'HELD')
  loop
    captured := least(rest, held.amount);
    returned := case when ends then held.amount - captured else 0 end;
    rest := rest - captured;
    continue when captured = 0 and returned = 0;
    if captured > 0 then
      entries := entries || alliance.ledger_entry(t, 'HELD', asked ->> 'credit_bucket', captured, held.lot_no, held.line,
        held.issuer, null);
    end if;
    if returned > 0 then
      entries := entries || alliance.ledger_entry(t, 'HELD', 'AVAILABLE', returned, held.lot_no, held.line, held.issuer, null);
    end if;
    update alliance.lots l
    set held = l.held - captured - returned, available = l.available + returned,
      is_open = l.pending + l.available + l.held > captured
    where l.member_id = t.member_id and l.lot_no = held.lot_no;
  end loop;
  if not capturing then t.amount := hold.outstanding; end if;
  update alliance.holds h set outstanding = case when ends then 0 else h.outstanding - t.amount end
  where h.member_id = t.member_id and h.sequence = hold.sequence;
  return row('DONE', null, null, null, t, entries, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- EXPIRE: what lapsed by `as_of`, or everything where the account has not moved since `inactive_since`; held points stay.
CREATE FUNCTION "alliance"."ledger_expire"("t" "alliance"."transfers", "asked" jsonb, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  as_of timestamptz := (asked ->> 'as_of')::timestamptz;
  inactive_since timestamptz := (asked ->> 'inactive_since')::timestamptz;
  lot alliance.lots;
  entries alliance.ledger_entries[] := '{}';
begin
  if as_of > t.recorded_at then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  if inactive_since is null or exists (
    select 1 from alliance.accounts a
    where a.member_id = t.member_id and a.program_id = t.program_id and a.last_moved_at < inactive_since)
  then
    for lot in
      select * from alliance.lots l
      where l.member_id = t.member_id and l.program_id = t.program_id and l.is_open and l.available + l.pending > 0
        and (inactive_since is not null or l.expires_at <= as_of)
      order by l.expires_at, l.lot_no
    loop
      if lot.available > 0 then
        entries := entries || alliance.ledger_entry(t, 'AVAILABLE', 'BREAKAGE', lot.available, lot.lot_no, null, issuer, null);
      end if;
      if lot.pending > 0 then
        entries := entries || alliance.ledger_entry(t, 'PENDING', 'BREAKAGE', lot.pending, lot.lot_no, null, issuer, null);
      end if;
      t.amount := t.amount + lot.available + lot.pending;
      update alliance.lots l set available = 0, pending = 0, is_open = l.held > 0
      where l.member_id = t.member_id and l.lot_no = lot.lot_no;
    end loop;
  end if;
  if t.amount = 0 then return row('NOTHING', null, null, null, null, null, null, null, null)::alliance.ledger_draft; end if;
  return row('DONE', null, null, null, t, entries, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- RELEASE: pending points become available, those of the EARN referred to or all whose instant has come by `as_of`.
CREATE FUNCTION "alliance"."ledger_release"("t" "alliance"."transfers", "asked" jsonb, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  as_of timestamptz := (asked ->> 'as_of')::timestamptz;
  lot alliance.lots;
  entries alliance.ledger_entries[] := '{}';
begin
  if as_of > t.recorded_at then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  if t.refers_to is not null and not exists (
    select 1 from alliance.transfers e where e.member_id = t.member_id and e.sequence = t.refers_to
      and e.command = 'EARN' and e.program_id = t.program_id)
  then
    return alliance.ledger_refusal('NOT_FOUND', null, null);
  end if;
  for lot in
    select * from alliance.lots l
    where l.member_id = t.member_id and l.program_id = t.program_id and l.is_open and l.pending > 0
      and case when t.refers_to is null then l.pending_until <= as_of else l.sequence = t.refers_to end
    order by l.lot_no
  loop
    entries := entries || alliance.ledger_entry(t, 'PENDING', 'AVAILABLE', lot.pending, lot.lot_no, null, issuer, null);
    t.amount := t.amount + lot.pending;
    update alliance.lots l set available = l.available + l.pending, pending = 0
    where l.member_id = t.member_id and l.lot_no = lot.lot_no;
  end loop;
  if t.amount = 0 then return row('NOTHING', null, null, null, null, null, null, null, null)::alliance.ledger_draft; end if;
  return row('DONE', null, null, null, t, entries, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- CONVERT: points of one program become points of another at an exact ratio; the operator keeps the fee.
CREATE FUNCTION "alliance"."ledger_convert"("t" "alliance"."transfers", "asked" jsonb, "lot_count" integer, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  into_ record;
  into_issuer uuid;
  taken alliance.lots[];
  lot alliance.lots;
  target alliance.transfers := t;
  entries alliance.ledger_entries[] := '{}';
begin
  select * into into_ from jsonb_to_record(asked -> 'into')
    as i (program_id uuid, credited bigint, fee bigint, expires_at timestamptz, terms text);
  select p.issuer_partner_id into into_issuer from alliance.programs p where p.program_id = into_.program_id;
  if not found then return alliance.ledger_refusal('NOT_FOUND', null, null); end if;
  if t.amount <= 0 or into_.credited <= 0 or into_.fee < 0 or into_.program_id = t.program_id
    or (asked ->> 'numerator')::numeric <= 0 or (asked ->> 'denominator')::numeric <= 0
  then
    return alliance.ledger_refusal('INVALID_INPUT', null, null);
  end if;
  if t.amount * (asked ->> 'numerator')::numeric <>
    (into_.credited::numeric + into_.fee) * (asked ->> 'denominator')::numeric
  then
    return alliance.ledger_refusal('INEXACT_RATE', null, null);
  end if;
  taken := alliance.ledger_take(t.member_id, t.program_id, t.amount, asked ->> 'use_order', t.recorded_at, false);
  if taken is null then
    return alliance.ledger_refusal('INSUFFICIENT_POINTS',
      alliance.ledger_spendable(t.member_id, t.program_id, t.recorded_at), t.amount);
  end if;
  foreach lot in array taken loop
    entries := entries ||
      alliance.ledger_entry(t, 'AVAILABLE', 'EXCHANGE_CLEARING', lot.issued, lot.lot_no, null, issuer, null);
  end loop;
  target.program_id := into_.program_id;
  entries := entries || alliance.ledger_entry(target, 'EXCHANGE_CLEARING', 'AVAILABLE', into_.credited, lot_count + 1, null,
    into_issuer, null);
  if into_.fee > 0 then
    entries := entries || alliance.ledger_entry(target, 'EXCHANGE_CLEARING', 'OPERATOR_INCOME', into_.fee, null, null,
      into_issuer, null);
  end if;
  return row('DONE', null, null, null, t, entries, array[alliance.ledger_lot(target, lot_count + 1, 'BASE', into_.credited,
    into_.expires_at, into_.terms)], null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- A lot that is available at once and counts towards no cap.
CREATE FUNCTION "alliance"."ledger_lot"(
  "t" "alliance"."transfers", "lot_no" integer, "kind" text, "amount" bigint, "expires_at" timestamp with time zone,
  "terms" text
) RETURNS "alliance"."lots" LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  select row(t.member_id, lot_no, t.program_id, t.sequence, kind, amount, 0, amount, 0, expires_at, null, terms,
    array[]::text[], true)::alliance.lots
$$;
--> statement-breakpoint
-- DEPOSIT and WITHDRAW: the member's own money.
CREATE FUNCTION "alliance"."ledger_move_money"("t" "alliance"."transfers", "asked" jsonb)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  currency text := asked ->> 'currency';
  other text := asked ->> 'other_bucket';
  depositing boolean := t.command = 'DEPOSIT';
  there bigint;
begin
  if t.amount <= 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  select c.available_minor into there from alliance.cash_accounts c
  where c.member_id = t.member_id and c.currency = asked ->> 'currency';
  there := coalesce(there, 0);
  if not depositing and there < t.amount then
    return alliance.ledger_refusal('INSUFFICIENT_FUNDS', there, t.amount);
  end if;
  return row('DONE', null, null, null, t, array[row(t.member_id, t.sequence, 0, null, currency,
    case when depositing then other else 'CASH' end, case when depositing then 'CASH' else other end,
    t.amount, null, null, null, (asked ->> 'funder_partner_id')::uuid, null, 0)::alliance.ledger_entries],
    null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- TRANSFER_OUT: the sender's half. `amount` null: everything that has not lapsed.
CREATE FUNCTION "alliance"."ledger_send"("t" "alliance"."transfers", "asked" jsonb, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  spendable bigint := alliance.ledger_spendable(t.member_id, t.program_id, t.recorded_at);
  lot alliance.lots;
  entries alliance.ledger_entries[] := '{}';
begin
  if t.counterparty_id is null or t.counterparty_id = t.member_id then
    return alliance.ledger_refusal('INVALID_INPUT', null, null);
  end if;
  if asked ->> 'amount' is null then
    if spendable = 0 then return row('NOTHING', null, null, null, null, null, null, null, null)::alliance.ledger_draft; end if;
    t.amount := spendable;
  end if;
  if t.amount <= 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  if spendable < t.amount then return alliance.ledger_refusal('INSUFFICIENT_POINTS', spendable, t.amount); end if;
  foreach lot in array
    alliance.ledger_take(t.member_id, t.program_id, t.amount, asked ->> 'use_order', t.recorded_at, false)
  loop
    entries := entries ||
      alliance.ledger_entry(t, 'AVAILABLE', 'TRANSFER_CLEARING', lot.issued, lot.lot_no, null, issuer, null);
  end loop;
  insert into alliance.points_in_transit (member_id, sequence, receiver_id, state, sent_at)
  values (t.member_id, t.sequence, t.counterparty_id, 'SENT', t.recorded_at);
  return row('DONE', null, null, null, t, entries, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- TRANSFER_IN: the receiver's half. Without lots it only uses up its key, so that nothing can arrive under it any more.
CREATE FUNCTION "alliance"."ledger_receive"("t" "alliance"."transfers", "asked" jsonb, "lot_count" integer, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  arriving record;
  total numeric := 0;
  lots alliance.lots[] := '{}';
  entries alliance.ledger_entries[] := '{}';
begin
  for arriving in
    select * from jsonb_to_recordset(asked -> 'lots') as l (kind text, amount bigint, expires_at timestamptz, terms text)
  loop
    if arriving.amount <= 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
    total := total + arriving.amount;
    lots := lots || alliance.ledger_lot(t, lot_count + cardinality(lots) + 1, arriving.kind, arriving.amount,
      arriving.expires_at, arriving.terms);
    entries := entries || alliance.ledger_entry(t, 'TRANSFER_CLEARING', 'AVAILABLE', arriving.amount,
      lots[cardinality(lots)].lot_no, null, issuer, null);
  end loop;
  t.amount := total;
  return row('DONE', null, null, null, t, entries, lots, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- ADJUST: a correction that two persons made, up or down.
CREATE FUNCTION "alliance"."ledger_adjust"("t" "alliance"."transfers", "asked" jsonb, "lot_count" integer, "issuer" uuid)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  amount bigint := t.amount;
  taken alliance.lots[];
  lot alliance.lots;
  entries alliance.ledger_entries[] := '{}';
begin
  if t.approver is null or t.approver = t.actor then
    return alliance.ledger_refusal('SECOND_PERSON_REQUIRED', null, null);
  end if;
  if amount = 0 or amount = -9223372036854775808 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  t.amount := abs(amount);
  if amount > 0 then
      lot := alliance.ledger_lot(t, lot_count + 1, 'BASE', amount, (asked ->> 'expires_at')::timestamptz, null);
    return row('DONE', null, null, null, t,
      array[alliance.ledger_entry(t, 'ADJUSTMENT', 'AVAILABLE', amount, lot.lot_no, null, issuer, null)],
      array[lot], null, null)::alliance.ledger_draft;
  end if;
  taken := alliance.ledger_take(t.member_id, t.program_id, t.amount, asked ->> 'use_order', t.recorded_at, false);
  if taken is null then
    return alliance.ledger_refusal('INSUFFICIENT_POINTS',
      alliance.ledger_spendable(t.member_id, t.program_id, t.recorded_at), t.amount);
  end if;
  foreach lot in array taken loop
    entries := entries || alliance.ledger_entry(t, 'AVAILABLE', 'ADJUSTMENT', lot.issued, lot.lot_no, null, issuer, null);
  end loop;
  return row('DONE', null, null, null, t, entries, null, null, null)::alliance.ledger_draft;
end $$;
