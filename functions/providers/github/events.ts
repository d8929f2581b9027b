import * as z from "zod";
import { once } from "../../inbox/identity.ts";
import { idIn, partsOf } from "../../inbox/json-text.ts";
import type { Observation } from "../../inbox/observation.ts";
import { openType } from "../../provider.ts";

// https://docs.github.com/en/webhooks/webhook-events-and-payloads

const place = z.looseObject({
	id: z.unknown().optional().describe("a number, which no renaming changes"),
});

/** What all payloads have in common, and not every one has all of it. */
export const Payload = z.looseObject({
	action: z
		.string()
		.optional()
		.describe("what was done, of an event that stands for several things"),
	repository: place.optional().describe("where it happened"),
	organization: place
		.optional()
		.describe("whose repository it is, or where it happened"),
	installation: place.optional().describe("of a GitHub App"),
	sender: z.unknown().optional().describe("who caused it"),
});

/** What GitHub sends to try a webhook: no event. */
export const ping = "ping";

/** One event as it was delivered, or as GitHub remembers that. */
export function happened({
	event,
	guid,
	text,
}: {
	event: string;
	guid: string;
	text: string;
}): Observation {
	const parts = partsOf(text);
	const where =
		idIn(parts.get("repository") ?? "", "id") ||
		idIn(parts.get("organization") ?? "", "id");
	return {
		type: openType(event),
		subject: where || guid,
		identity: once(guid),
	};
}
