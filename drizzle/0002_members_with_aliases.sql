ALTER TABLE "alliance"."members" ADD COLUMN "has_aliases" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "alliance"."members" SET "has_aliases" = true WHERE "member_id" IN (SELECT "member_id" FROM "alliance"."member_aliases");
