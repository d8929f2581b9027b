import * as z from "zod";
import { canonicalDigest } from "../../inbox/canonical.ts";
import { digestOf, once, state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";
import { listOf } from "../../list-of.ts";

// https://docs.finbox.in/bank-connect/webhook.html
// https://docs.finbox.in/session-flow/upload-status.html

export const Extraction = z.looseObject({
	entity_id: z.string().min(1).max(1024),
	statement_id: z
		.string()
		.nullish()
		.describe('"" where nothing was uploaded, as after wrong credentials'),
	link_id: z
		.string()
		.nullish()
		.describe("null where none exists, and where an entity poll found it"),
	progress: z.enum(["completed", "failed"]),
	reason: z.string().nullish().describe('free text, "" on success'),
});

export const Completed = Extraction.extend({
	progress: z.literal("completed"),
});
export const Failed = Extraction.extend({ progress: z.literal("failed") });

/** The push carries neither an id nor a time; a link's row is told by its own wall clock. */
export function extracted(
	extraction: Pick<
		z.output<typeof Extraction>,
		"entity_id" | "statement_id" | "progress" | "reason"
	>,
	date_time?: string,
): Observation<`extraction.${"completed" | "failed"}`> {
	const { entity_id, statement_id, progress, reason } = extraction;
	const value = digestOf(progress, reason ?? "");
	return {
		type: `extraction.${progress}`,
		subject: entity_id,
		identity: statement_id
			? once(entity_id, statement_id, progress)
			: // a wrong password twice is the same push twice
				state({
					value,
					key: date_time && digestOf(date_time, value),
					recurring: true,
				}),
	};
}

// "" in one sample on success, null in another
const error = {
	error_code: z.string().nullish(),
	error_message: z.string().nullish(),
};

const Statement = z.looseObject({
	statement_id: z.string().nullish(),
	statement_status: z.string().nullish(),
	source: z.string().nullish(),
	...error,
});

const Account = z.looseObject({
	account_id: z.string().nullish(),
	account_status: z.string().nullish(),
	bank_name: z.string().nullish(),
	attempt_types: listOf(z.string()).nullish(),
	statements: listOf(Statement).nullish(),
	...error,
});

export const Session = z.looseObject({
	session_id: z.string().min(1).max(1024),
	event_name: z.string(),
	message: z.string().nullish(),
	insights_available: z.boolean().nullish(),
	accounts: listOf(Account).nullish(),
	session_date_range: z
		.looseObject({
			from_date: z.string().nullish(),
			to_date: z.string().nullish(),
		})
		.nullish()
		.describe("DD/MM/YYYY"),
});

export const RequirementCompletion = Session.extend({
	event_name: z.literal("SESSION_REQUIREMENT_COMPLETION_NOTIFICATION"),
});
export const Expiry = Session.extend({
	event_name: z.literal("SESSION_EXPIRY_NOTIFICATION"),
});
export const Enrichment = Session.extend({
	event_name: z.literal("ENRICHMENT_NOTIFICATION"),
});

export function expired({
	session_id,
	event_name,
}: z.output<typeof Session>): Observation<"session.expiry"> {
	return {
		type: "session.expiry",
		subject: session_id,
		identity: once(session_id, event_name),
	};
}

/** A session may complete, or be enriched, more than once. */
export function moved<
	Type extends "session.requirement_completion" | "session.enrichment",
>(
	type: Type,
	{ session_id, event_name }: z.output<typeof Session>,
	text: string,
): Observation<Type> {
	return {
		type,
		subject: session_id,
		identity: state({
			lane: event_name,
			value: canonicalDigest(text),
		}),
	};
}
