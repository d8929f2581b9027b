import * as z from "zod";
import { idIn, partsOf } from "../../inbox/json-text.ts";

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
// The headers are the specification's; what stands in the body it only recommends.

export const Message = z.looseObject({
	type: z.string().describe("hierarchical, its parts separated by full stops"),
	timestamp: z
		.unknown()
		.optional()
		.describe("when it happened, which is earlier than when it was sent"),
	data: z
		.unknown()
		.optional()
		.describe("the event's own; some senders write its fields beside `type`"),
});

/** What of a body tells what it is: whatever does not is an event all the same. */
export const Described = z
	.looseObject({
		type: z.string().catch(""),
		timestamp: z.iso
			.datetime({ offset: true })
			.transform((text) => new Date(text))
			.optional()
			.catch(undefined),
	})
	.catch({ type: "" });

/** The id of what the event is about, where the body has the recommended shape and one in it. */
export function subjectOf(text: string): string {
	return idIn(partsOf(text).get("data") ?? "", "id");
}
