import * as z from "zod";
import { canonicalDigest } from "../../inbox/canonical.ts";
import { digestOf, once, state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";
import { listOf } from "../../list-of.ts";

// https://docs.finbox.in/bank-connect/webhook.html
// https://docs.finbox.in/session-flow/upload-status.html

export const Extraction = z.looseObject({
	entity_id: z
		.string()
		.min(1)
		.max(1024)
		.describe("what FinBox fetches its statements, accounts and amounts by"),
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

const one = "of this statement; others of the entity may be under way";
export const Completed = Extraction.extend({
	progress: z.literal("completed").describe(one),
});
export const Failed = Extraction.extend({
	progress: z.literal("failed").describe(one),
});

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
	error_code: z.string().nullish().describe('"" or null on success'),
	error_message: z.string().nullish().describe("free text"),
};

const Statement = z.looseObject({
	statement_id: z.string().nullish().describe("FinBox's own"),
	statement_status: z.string().nullish().describe('such as "completed"'),
	source: z.string().nullish().describe("pdf or online"),
	...error,
});

const Account = z.looseObject({
	account_id: z.string().nullish().describe("FinBox's own"),
	account_status: z
		.string()
		.nullish()
		.describe('such as "PARTIAL", where months are missing'),
	bank_name: z.string().nullish().describe('FinBox\'s own, such as "axis"'),
	attempt_types: listOf(z.string())
		.nullish()
		.describe("the ways in which statements were asked for"),
	statements: listOf(Statement)
		.nullish()
		.describe("each with a status of its own"),
	...error,
});

export const Session = z.looseObject({
	session_id: z
		.string()
		.min(1)
		.max(1024)
		.describe("what FinBox fetches its accounts and amounts by"),
	event_name: z.string(),
	message: z.string().nullish().describe("free text"),
	insights_available: z
		.boolean()
		.nullish()
		.describe("whether FinBox has more to fetch"),
	accounts: listOf(Account).nullish().describe("none before an upload"),
	session_date_range: z
		.looseObject({
			from_date: z.string().nullish().describe("a day, DD/MM/YYYY"),
			to_date: z.string().nullish().describe("a day, DD/MM/YYYY"),
		})
		.nullish()
		.describe("the days that were asked for"),
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
