-- REVERSE: takes an earlier transfer back, whole or in part: the inverse of its entries, the last one first.

-- How much of a lot lapsed and was not taken back since.
CREATE FUNCTION "alliance"."ledger_lapsed"("owner_id" uuid, "of_lot" integer)
RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  select coalesce(sum(case when e.credit = 'BREAKAGE' then e.amount else -e.amount end), 0)::bigint
  from alliance.ledger_entries e
  where e.member_id = owner_id and e.lot_no = of_lot and (e.credit = 'BREAKAGE' or e.debit = 'BREAKAGE')
$$;
--> statement-breakpoint
-- The entries of a transfer that a reversal may take back, the last first; `amount` is what is left of each.
CREATE FUNCTION "alliance"."ledger_reversible"("owner_id" uuid, "of_transfer" bigint, "of_line" text)
RETURNS "alliance"."ledger_entries"[] LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
declare
  e alliance.ledger_entries;
  reversible alliance.ledger_entries[] := '{}';
begin
  for e in
    select * from alliance.ledger_entries o
    where o.member_id = owner_id and o.sequence = of_transfer and (of_line is null or o.line = of_line)
      and not (o.debit = 'HELD' and o.credit = 'AVAILABLE')
    order by o.entry_no desc
  loop
    e.amount := e.amount - coalesce((
      select sum(r.amount) from alliance.transfers x
      join alliance.ledger_entries r on r.member_id = x.member_id and r.sequence = x.sequence
      where x.member_id = owner_id and x.refers_to = of_transfer and x.command = 'REVERSE'
        and r.reverses_entry_no = e.entry_no), 0);
    if e.amount > 0 then reversible := reversible || e; end if;
  end loop;
  return reversible;
end $$;
--> statement-breakpoint
-- The part of an entry that is taken back, as an entry of its own.
CREATE FUNCTION "alliance"."ledger_inverse"(
  "t" "alliance"."transfers", "original" "alliance"."ledger_entries", "debit" text, "credit" text, "amount" bigint
) RETURNS "alliance"."ledger_entries" LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
begin
  return row(t.member_id, t.sequence, 0, original.program_id, original.currency, debit, credit, amount, original.lot_no,
    original.line, original.issuer_partner_id, original.funder_partner_id, original.entry_no, 0)::alliance.ledger_entries;
end $$;
--> statement-breakpoint
-- What taking back `wanted` points of entries that gave points to the member would find in the lots themselves: what is
-- pending, available or lapsed of each. Changes nothing.
CREATE FUNCTION "alliance"."ledger_plan_taking_back"(
  "t" "alliance"."transfers", "reversible" "alliance"."ledger_entries"[], "wanted" bigint
) RETURNS "alliance"."ledger_entries"[] LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  rest bigint := wanted;
  e alliance.ledger_entries;
  lot alliance.lots;
  want bigint;
  part bigint;
  planned alliance.ledger_entries[] := '{}';
begin
  foreach e in array reversible loop
    exit when rest = 0;
    want := least(rest, e.amount);
    rest := rest - want;
    select * into lot from alliance.lots l where l.member_id = t.member_id and l.lot_no = e.lot_no;
    part := least(want, lot.pending);
    if part > 0 then planned := planned || alliance.ledger_inverse(t, e, 'PENDING', e.debit, part); end if;
    want := want - part;
    part := least(want, lot.available);
    if part > 0 then planned := planned || alliance.ledger_inverse(t, e, 'AVAILABLE', e.debit, part); end if;
    want := want - part;
    if want > 0 then
      part := least(want, alliance.ledger_lapsed(t.member_id, e.lot_no));
      if part > 0 then planned := planned || alliance.ledger_inverse(t, e, 'BREAKAGE', e.debit, part); end if;
    end if;
  end loop;
  return planned;
end $$;
--> statement-breakpoint
-- Applies reversing entries to the lots that they name, and gives caps their room back.
CREATE FUNCTION "alliance"."ledger_apply_inverses"("owner_id" uuid, "inverses" "alliance"."ledger_entries"[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  e alliance.ledger_entries;
begin
  foreach e in array inverses loop
    continue when e.lot_no is null;
    update alliance.lots l
    set pending = l.pending - case when e.debit = 'PENDING' then e.amount else 0 end,
      available = l.available
        + case when e.credit = 'AVAILABLE' then e.amount when e.debit = 'AVAILABLE' then -e.amount else 0 end,
      is_open = l.pending + l.available + l.held + case when e.credit = 'AVAILABLE' then e.amount
        when e.debit in ('PENDING', 'AVAILABLE') then -e.amount else 0 end > 0
    where l.member_id = owner_id and l.lot_no = e.lot_no;
    continue when e.credit = 'AVAILABLE';
    update alliance.earning_caps c set used = c.used - e.amount
    from alliance.lots l cross join lateral unnest(l.caps) as k (cap)
    where l.member_id = owner_id and l.lot_no = e.lot_no
      and c.member_id = owner_id and c.cap = substring(k.cap from '^(.*)=[0-9]+$');
  end loop;
end $$;
--> statement-breakpoint
-- Takes back points that the member got. Where its lots do not hold them any more the whole is refused, or other lots
-- give what they have and the rest is told as the shortfall. `beyond` is wanted besides what the entries still hold.
CREATE FUNCTION "alliance"."ledger_take_back"(
  "t" "alliance"."transfers", "reversible" "alliance"."ledger_entries"[], "wanted" bigint, "beyond" bigint, "other" text,
  "on_shortfall" text
) RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  planned alliance.ledger_entries[] := alliance.ledger_plan_taking_back(t, reversible, wanted);
  there numeric := coalesce((select sum(p.amount) from unnest(planned) as p), 0);
  spared numeric := coalesce((select sum(p.amount) from unnest(planned) as p
    join alliance.lots l on l.member_id = t.member_id and l.lot_no = p.lot_no
    where p.debit = 'AVAILABLE' and (l.expires_at is null or l.expires_at > t.recorded_at)), 0);
  missing bigint := wanted + beyond - there;
  spendable bigint;
  issuer uuid;
  lot alliance.lots;
begin
  if missing > 0 and on_shortfall = 'REFUSE' then
    return alliance.ledger_refusal('INSUFFICIENT_POINTS', there::bigint, wanted + beyond);
  end if;
  spendable := alliance.ledger_spendable(t.member_id, t.program_id, t.recorded_at) - spared;
  perform alliance.ledger_apply_inverses(t.member_id, planned);
  if missing > 0 then
    t.shortfall := greatest(missing - spendable, 0);
    missing := missing - t.shortfall;
    if missing > 0 then
      select p.issuer_partner_id into issuer from alliance.programs p where p.program_id = t.program_id;
      foreach lot in array alliance.ledger_take(t.member_id, t.program_id, missing, 'SOONEST', t.recorded_at, false) loop
        planned := planned || alliance.ledger_entry(t, 'AVAILABLE', other, lot.issued, lot.lot_no, null, issuer, null);
      end loop;
    end if;
  end if;
  t.amount := wanted + beyond - t.shortfall;
  return row('DONE', null, null, null, t, planned, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- Gives back points that the member spent, to the lots and dates that they came from, or money that it paid.
CREATE FUNCTION "alliance"."ledger_give_back"(
  "t" "alliance"."transfers", "reversible" "alliance"."ledger_entries"[], "wanted" bigint
) RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  rest bigint := wanted;
  part bigint;
  there bigint;
  e alliance.ledger_entries;
  inverses alliance.ledger_entries[] := '{}';
begin
  foreach e in array reversible loop
    exit when rest = 0;
    part := least(rest, e.amount);
    rest := rest - part;
    inverses := inverses ||
      alliance.ledger_inverse(t, e, e.credit, case when e.debit = 'HELD' then 'AVAILABLE' else e.debit end, part);
  end loop;
  if inverses[1].currency is not null then
    select c.available_minor into there from alliance.cash_accounts c
    where c.member_id = t.member_id and c.currency = inverses[1].currency;
    if inverses[1].debit = 'CASH' and there < wanted then
      return alliance.ledger_refusal('INSUFFICIENT_FUNDS', there, wanted);
    end if;
  end if;
  perform alliance.ledger_apply_inverses(t.member_id, inverses);
  t.amount := wanted;
  return row('DONE', null, null, null, t, inverses, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- Undoes a conversion as a whole: the target's points must still be there.
CREATE FUNCTION "alliance"."ledger_unconvert"(
  "t" "alliance"."transfers", "reversible" "alliance"."ledger_entries"[], "original_amount" bigint
) RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  e alliance.ledger_entries;
  held_by_lot bigint;
  inverses alliance.ledger_entries[] := '{}';
begin
  foreach e in array reversible loop
    if e.credit = 'AVAILABLE' then
      select l.available into held_by_lot from alliance.lots l where l.member_id = t.member_id and l.lot_no = e.lot_no;
      if held_by_lot < e.amount then
        return alliance.ledger_refusal('INSUFFICIENT_POINTS', held_by_lot, e.amount);
      end if;
    end if;
    inverses := inverses || alliance.ledger_inverse(t, e, e.credit, e.debit, e.amount);
  end loop;
  perform alliance.ledger_apply_inverses(t.member_id, inverses);
  t.amount := original_amount;
  return row('DONE', null, null, null, t, inverses, null, null, null)::alliance.ledger_draft;
end $$;
--> statement-breakpoint
-- How many points the product that is taken out of an EARN that carried comes to, with the remainder that is left then.
CREATE FUNCTION "alliance"."ledger_uncarry"("t" "alliance"."transfers", "original" "alliance"."transfers")
RETURNS "alliance"."transfers" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  carried numeric;
begin
  select div(r.remainder::numeric * original.remainder_of, r.denominator) into carried
  from alliance.earning_remainders r where r.member_id = t.member_id and r.program_id = t.program_id;
  carried := coalesce(carried, 0) - t.product;
  t.amount := -floor(carried / original.remainder_of);
  t.remainder := carried + t.amount::numeric * original.remainder_of;
  t.remainder_of := original.remainder_of;
  return t;
end $$;
--> statement-breakpoint
CREATE FUNCTION "alliance"."ledger_reverse"("t" "alliance"."transfers", "asked" jsonb)
RETURNS "alliance"."ledger_draft" LANGUAGE plpgsql SET search_path = pg_catalog AS $$
declare
  original alliance.transfers;
  reversible alliance.ledger_entries[];
  unreversed numeric;
  product_left bigint;
  wanted bigint := (asked ->> 'amount')::bigint;
  on_shortfall text := asked ->> 'on_shortfall';
  draft alliance.ledger_draft;
begin
  select * into original from alliance.transfers o where o.member_id = t.member_id and o.sequence = t.refers_to;
  if not found then return alliance.ledger_refusal('NOT_FOUND', null, null); end if;
  if original.command not in
    ('EARN', 'SPEND', 'CAPTURE', 'CONVERT', 'DEPOSIT', 'WITHDRAW', 'ADJUST', 'TRANSFER_OUT')
  then
    return alliance.ledger_refusal('NOT_REVERSIBLE', null, null);
  end if;
  t.program_id := original.program_id;
  reversible := alliance.ledger_reversible(t.member_id, original.sequence, asked ->> 'line');
  unreversed := coalesce((select sum(r.amount) from unnest(reversible) as r), 0);
  if original.product is not null and (t.product is not null or (wanted is null and asked ->> 'line' is null)) then
    product_left := original.product - coalesce((select sum(x.product) from alliance.transfers x
      where x.member_id = t.member_id and x.refers_to = original.sequence and x.command = 'REVERSE'), 0);
    t.product := coalesce(t.product, product_left);
    if t.product > product_left or product_left = 0 then
      return alliance.ledger_refusal('REVERSAL_EXCEEDS_ORIGINAL', product_left, t.product);
    elsif t.product <= 0 then
      return alliance.ledger_refusal('INVALID_INPUT', null, null);
    end if;
    t := alliance.ledger_uncarry(t, original);
    draft := alliance.ledger_take_back(t, reversible, least(t.amount, unreversed)::bigint,
      greatest(t.amount - unreversed, 0)::bigint, 'ISSUER_LIABILITY', on_shortfall);
    if draft.outcome = 'DONE' then perform alliance.ledger_carry(draft.transfer); end if;
    return draft;
  elsif t.product is not null then
    return alliance.ledger_refusal('INVALID_INPUT', null, null);
  end if;
  if wanted <= 0 then return alliance.ledger_refusal('INVALID_INPUT', null, null); end if;
  if original.command in ('CONVERT', 'TRANSFER_OUT') and (wanted is not null or asked ->> 'line' is not null) then
    return alliance.ledger_refusal('INVALID_INPUT', null, null);
  end if;
  if original.command = 'TRANSFER_OUT' and not exists (select 1 from alliance.points_in_transit p
    where p.member_id = t.member_id and p.sequence = original.sequence and p.state = 'SENT')
  then
    return alliance.ledger_refusal('NOT_REVERSIBLE', null, null);
  end if;
  if unreversed = 0 or wanted > unreversed then
    return alliance.ledger_refusal('REVERSAL_EXCEEDS_ORIGINAL', unreversed::bigint, wanted);
  end if;
  wanted := coalesce(wanted, unreversed);
  if original.command = 'CONVERT' then
    return alliance.ledger_unconvert(t, reversible, original.amount);
  elsif original.command = 'EARN' or (original.command = 'ADJUST' and reversible[1].credit = 'AVAILABLE') then
    return alliance.ledger_take_back(t, reversible, wanted, 0, reversible[1].debit, on_shortfall);
  end if;
  draft := alliance.ledger_give_back(t, reversible, wanted);
  if draft.outcome = 'DONE' and original.command = 'TRANSFER_OUT' then
    update alliance.points_in_transit p set state = 'RETURNED'
    where p.member_id = t.member_id and p.sequence = original.sequence;
  end if;
  return draft;
end $$;
