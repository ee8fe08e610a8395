CREATE TABLE "alliance"."simulations" (
	"simulation_id" uuid PRIMARY KEY NOT NULL,
	"actor_id" text NOT NULL,
	"state" text NOT NULL,
	"moment" timestamp (3) with time zone NOT NULL,
	"seed" integer NOT NULL,
	"things" jsonb NOT NULL,
	"counts" jsonb NOT NULL,
	"population" integer,
	"sampled" integer,
	"counted" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "simulations_state_known" CHECK ("alliance"."simulations"."state" in ('RUNNING', 'DONE', 'CANCELLED', 'FAILED')),
	CONSTRAINT "simulations_ended" CHECK (("alliance"."simulations"."state" = 'RUNNING') = ("alliance"."simulations"."ended_at" is null)),
	CONSTRAINT "simulations_sample" CHECK (("alliance"."simulations"."population" is null) = ("alliance"."simulations"."sampled" is null)),
	CONSTRAINT "simulations_counted" CHECK ("alliance"."simulations"."counted" >= 0 and "alliance"."simulations"."counted" <= coalesce("alliance"."simulations"."sampled", 0)),
	CONSTRAINT "simulations_whole" CHECK ("alliance"."simulations"."sampled" <= "alliance"."simulations"."population"),
	CONSTRAINT "simulations_done" CHECK ("alliance"."simulations"."state" <> 'DONE' or "alliance"."simulations"."counted" = "alliance"."simulations"."sampled")
);
--> statement-breakpoint
CREATE INDEX "simulations_by_actor" ON "alliance"."simulations" USING btree ("actor_id");