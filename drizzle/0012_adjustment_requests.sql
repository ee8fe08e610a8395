CREATE TABLE "alliance"."adjustment_requests" (
	"member_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"program_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "adjustment_requests_pkey" PRIMARY KEY("member_id","request_id"),
	CONSTRAINT "adjustment_requests_amount" CHECK ("alliance"."adjustment_requests"."amount" <> 0),
	CONSTRAINT "adjustment_requests_state_known" CHECK ("alliance"."adjustment_requests"."state" in ('REQUESTED', 'APPROVED', 'REJECTED')),
	CONSTRAINT "adjustment_requests_decided" CHECK (("alliance"."adjustment_requests"."state" = 'REQUESTED') = ("alliance"."adjustment_requests"."decided_by" is null)),
	CONSTRAINT "adjustment_requests_two_persons" CHECK ("alliance"."adjustment_requests"."decided_by" <> "alliance"."adjustment_requests"."requested_by" or "alliance"."adjustment_requests"."state" <> 'APPROVED')
);
--> statement-breakpoint
ALTER TABLE "alliance"."actors" DROP CONSTRAINT "actors_scopes_known";--> statement-breakpoint
ALTER TABLE "personal"."api_keys" DROP CONSTRAINT "api_keys_scopes_known";--> statement-breakpoint
ALTER TABLE "alliance"."adjustment_requests" ADD CONSTRAINT "adjustment_requests_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "adjustment_requests_open" ON "alliance"."adjustment_requests" USING btree ("requested_at") WHERE "alliance"."adjustment_requests"."state" = 'REQUESTED';--> statement-breakpoint
ALTER TABLE "alliance"."actors" ADD CONSTRAINT "actors_scopes_known" CHECK ("alliance"."actors"."scopes" <@ array['merchant:read', 'merchant:write', 'offers:read', 'offers:write', 'members:read', 'members:write', 'purchases:write', 'points:write', 'tags:write', 'reports:read', 'keys:write']);--> statement-breakpoint
ALTER TABLE "personal"."api_keys" ADD CONSTRAINT "api_keys_scopes_known" CHECK ("personal"."api_keys"."scopes" <@ array['merchant:read', 'merchant:write', 'offers:read', 'offers:write', 'members:read', 'members:write', 'purchases:write', 'points:write', 'tags:write', 'reports:read', 'keys:write']);