ALTER TABLE "alliance"."member_outbox" DROP CONSTRAINT "member_outbox_member";
