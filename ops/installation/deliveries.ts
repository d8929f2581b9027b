import * as z from "zod";
import type { WebhookLine } from "../../functions/log/logged.ts";
import { subjectHash } from "../../functions/log/subject-hash.ts";
import { merge } from "../command/merge.ts";
import { isOfType } from "./events.ts";
import { choose, type Installation, only } from "./installation.ts";
import { readLog } from "./log.ts";

export const outcomes = [
	"accepted",
	"duplicate",
	"quarantined",
	"refused",
	"unavailable",
	"tried",
] as const;

/** A delivery, as a list shows it: no value of its body. */
export const DeliveryRow = z.object({
	id: z.string().meta({
		description:
			"of the event it became or repeats, else of what lies in quarantine, else of the request",
	}),
	at: z.string(),
	provider: z.string(),
	outcome: z.enum(outcomes),
	status: z.number(),
	type: z.string().optional().meta({ description: "of its first event" }),
	reason: z.string().optional().meta({
		description: "why it was refused or kept aside",
	}),
	fields: z
		.array(z.object({ path: z.string(), message: z.string() }))
		.meta({ description: "those that could not be read" }),
	events: z.array(
		z.object({
			id: z.string().optional(),
			type: z.string(),
			outcome: z.string(),
		}),
	),
	quarantine: z
		.array(z.string())
		.meta({ description: "ids of its entries there" }),
	bytes: z.number(),
	ms: z.number().optional(),
	traceparent: z.string(),
	request: z.string(),
});
export type DeliveryRow = z.output<typeof DeliveryRow>;

export interface DeliveryFilter {
	provider?: string;
	type?: string;
	subject?: string;
	outcome?: string;
	since: Date;
	until: Date;
}

/** What arrived, refused deliveries included, as the webhook functions have logged it; oldest first. */
export function listDeliveries(
	installation: Installation,
	filter: DeliveryFilter,
	onProgress?: (line: string) => void,
): AsyncGenerator<DeliveryRow> {
	const sources = choose(installation, filter.provider).map(([provider]) =>
		ofProvider(installation, provider, filter, onProgress),
	);
	return merge(sources, (one, other) => (one.at < other.at ? -1 : 1));
}

async function* ofProvider(
	installation: Installation,
	provider: string,
	{ type, subject, outcome, since, until }: DeliveryFilter,
	onProgress?: (line: string) => void,
): AsyncGenerator<DeliveryRow> {
	const { subjectKey } = only(installation, provider);
	const hash =
		subject === undefined ? undefined : subjectHash(subject, subjectKey);
	const lines = readLog(installation, provider, {
		since,
		until,
		terms: [hash ?? outcome ?? "webhook"],
		onProgress,
	});
	for await (const line of lines) {
		if (line.function !== "webhook") continue;
		const { events = [] } = line;
		if (outcome !== undefined && line.outcome !== outcome) continue;
		if (hash !== undefined && !events.some((one) => one.subject === hash))
			continue;
		if (type !== undefined && !events.some((one) => isOfType(one.type, type)))
			continue;
		// more events of a delivery stand in lines of their own
		if (line.part !== undefined && hash === undefined && type === undefined)
			continue;
		yield deliveryOf(line);
	}
}

export function deliveryOf(line: WebhookLine): DeliveryRow {
	const { events = [], quarantined = [] } = line;
	const [event] = events;
	const [kept] = quarantined;
	return {
		id: event?.id ?? kept?.id ?? line.requestId,
		at: line.time,
		provider: line.Provider,
		outcome: line.outcome,
		status: line.status,
		type: event?.type,
		reason: line.reason ?? kept?.reason ?? line.error,
		fields: quarantined.flatMap(({ fields }) => fields),
		events: events.map(({ id, type, outcome }) => ({ id, type, outcome })),
		quarantine: quarantined.map(({ id }) => id),
		bytes: line.bytes,
		ms: line.ms,
		traceparent: line.traceparent,
		request: line.requestId,
	};
}
