import * as z from "zod";
import { once } from "../../inbox/identity.ts";
import { idIn, objectOf, partsOf } from "../../inbox/json-text.ts";
import type { Observation } from "../../inbox/observation.ts";
import { byContent, type Fact, openType } from "../../provider.ts";

// https://docs.stripe.com/api/events/object

const lastSecond = 253_402_300_799;
const id = z.string().min(1).max(1024);

/** Without `pending_webhooks`, which counts what is still to be delivered: it differs between copies of one event. */
export const StripeEvent = z.looseObject({
	id: id.describe("the same for every copy of the event"),
	object: z.literal("event"),
	type: z.string().describe("what happened, of which kind of object"),
	created: z.number().int().min(0).max(lastSecond).describe("Unix seconds"),
	livemode: z.boolean().optional().describe("false in a sandbox"),
	api_version: z
		.string()
		.nullish()
		.describe(
			"in which `data` is written: the endpoint's in a webhook, the account's at the time in a polled event",
		),
	account: z
		.string()
		.optional()
		.describe("the connected account it happened in"),
	data: z
		.looseObject({
			object: z
				.looseObject({
					object: z.string().optional().describe("its kind: invoice, charge"),
				})
				.describe(
					"what it happened to, as it was then; amounts are in the currency's smallest unit",
				),
			previous_attributes: z
				.unknown()
				.optional()
				.describe("of an update: the fields that changed, as they were"),
		})
		.describe("the object, and what it was before"),
	request: z.unknown().optional().describe("the API request that caused it"),
});

const Kind = StripeEvent.pick({ object: true });

/** What Stripe says has happened, whoever brings it. */
export function occurred({ json, text }: Fact): Observation {
	if (!Kind.safeParse(json).success) return other({ json, text });
	const { id, type, created } = StripeEvent.parse(json);
	const parts = partsOf(text);
	const { object = "" } = Object.fromEntries(partsOf(parts.get("data") ?? ""));
	parts.delete("pending_webhooks");
	return {
		type: openType(type),
		subject: idIn(object, "id") || id,
		time: new Date(created * 1000),
		identity: once(id),
		text: objectOf(parts),
	};
}

/** A thin event of the second API, or whatever else Stripe sends. */
function other({ json, text }: Fact): Observation {
	if (!z.looseObject({ id: z.string().min(1) }).safeParse(json).success)
		return byContent("unrecognized", text);
	const named = z.looseObject({ id }).parse(json);
	return {
		type: "unrecognized",
		subject: named.id,
		identity: once(named.id),
	};
}
