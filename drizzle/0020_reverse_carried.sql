-- An EARN that carried its remainder can be taken back by product or by plain amounts of points, but what was begun with
-- amounts is finished with them: the product does not know of them, so that "all that is left" took their points once more.
CREATE OR REPLACE FUNCTION "alliance"."ledger_reverse"("t" "alliance"."transfers", "asked" jsonb)
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
  if original.product is not null and (t.product is not null or (wanted is null and asked ->> 'line' is null))
    and not exists (select 1 from alliance.transfers x where x.member_id = t.member_id
      and x.refers_to = original.sequence and x.command = 'REVERSE' and x.product is null)
  then
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
