import * as z from "zod/mini";
import { canonicalDigest } from "../../inbox/canonical.ts";
import { digestOf, once, state } from "../../inbox/identity.ts";
import type { Observation } from "../../inbox/observation.ts";
import { listOf } from "../../list-of.ts";

// https://docs.finbox.in/bank-connect/webhook.html
// https://docs.finbox.in/session-flow/upload-status.html

export const Extraction = z.looseObject({
	entity_id: z
		.string()
		.check(
			z.minLength(1),
			z.maxLength(1024),
			z.describe("what FinBox fetches its statements, accounts and amounts by"),
		),
	statement_id: z
		.nullish(z.string())
		.check(
			z.describe('"" where nothing was uploaded, as after wrong credentials'),
		),
	link_id: z
		.nullish(z.string())
		.check(
			z.describe("null where none exists, and where an entity poll found it"),
		),
	progress: z.enum(["completed", "failed"]),
	reason: z.nullish(z.string()).check(z.describe('free text, "" on success')),
});

const one = "of this statement; others of the entity may be under way";
export const Completed = z.extend(Extraction, {
	progress: z.literal("completed").check(z.describe(one)),
});
export const Failed = z.extend(Extraction, {
	progress: z.literal("failed").check(z.describe(one)),
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
	error_code: z.nullish(z.string()).check(z.describe('"" or null on success')),
	error_message: z.nullish(z.string()).check(z.describe("free text")),
};

const Statement = z.looseObject({
	statement_id: z.nullish(z.string()).check(z.describe("FinBox's own")),
	statement_status: z
		.nullish(z.string())
		.check(z.describe('such as "completed"')),
	source: z.nullish(z.string()).check(z.describe("pdf or online")),
	...error,
});

const Account = z.looseObject({
	account_id: z.nullish(z.string()).check(z.describe("FinBox's own")),
	account_status: z
		.nullish(z.string())
		.check(z.describe('such as "PARTIAL", where months are missing')),
	bank_name: z
		.nullish(z.string())
		.check(z.describe('FinBox\'s own, such as "axis"')),
	attempt_types: z
		.nullish(listOf(z.string()))
		.check(z.describe("the ways in which statements were asked for")),
	statements: z
		.nullish(listOf(Statement))
		.check(z.describe("each with a status of its own")),
	...error,
});

export const Session = z.looseObject({
	session_id: z
		.string()
		.check(
			z.minLength(1),
			z.maxLength(1024),
			z.describe("what FinBox fetches its accounts and amounts by"),
		),
	event_name: z.string(),
	message: z.nullish(z.string()).check(z.describe("free text")),
	insights_available: z
		.nullish(z.boolean())
		.check(z.describe("whether FinBox has more to fetch")),
	accounts: z
		.nullish(listOf(Account))
		.check(z.describe("none before an upload")),
	session_date_range: z
		.nullish(
			z.looseObject({
				from_date: z.nullish(z.string()).check(z.describe("a day, DD/MM/YYYY")),
				to_date: z.nullish(z.string()).check(z.describe("a day, DD/MM/YYYY")),
			}),
		)
		.check(z.describe("the days that were asked for")),
});

export const RequirementCompletion = z.extend(Session, {
	event_name: z.literal("SESSION_REQUIREMENT_COMPLETION_NOTIFICATION"),
});
export const Expiry = z.extend(Session, {
	event_name: z.literal("SESSION_EXPIRY_NOTIFICATION"),
});
export const Enrichment = z.extend(Session, {
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
