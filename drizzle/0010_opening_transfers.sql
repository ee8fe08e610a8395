-- Balances that stood in accounts before there was a ledger become its first transfers: lots that never lapse, since nothing
-- tells when they were earned.
CREATE TEMPORARY TABLE "opening_accounts" ON COMMIT DROP AS
SELECT "member_id", "program_id", "opened_at", "available" + "held" + "pending" AS "amount"
FROM "alliance"."accounts" WHERE "available" + "held" + "pending" > 0;
--> statement-breakpoint
UPDATE "alliance"."accounts" SET "available" = 0, "held" = 0, "pending" = 0 WHERE "available" + "held" + "pending" > 0;
--> statement-breakpoint
SELECT "alliance"."ledger_post"("member_id", jsonb_build_object(
  'command', 'EARN', 'program_id', "program_id", 'idempotency_key', 'opening:' || "program_id",
  'input_hash', sha256(convert_to('opening:' || "program_id" || ':' || "amount", 'UTF8')),
  'cause_kind', 'OPENING', 'cause_id', "program_id", 'actor', 'system:migration',
  'occurred_at', "opened_at", 'recorded_at', "opened_at", 'event_id', gen_random_uuid(), 'on_cap', 'REFUSE',
  'lots', jsonb_build_array(jsonb_build_object('kind', 'BASE', 'amount', "amount", 'caps', jsonb_build_array()))))
FROM "opening_accounts" ORDER BY "member_id", "program_id";
