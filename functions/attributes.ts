import * as z from "zod";

/** What every event carries beside its data: the interface `CloudEvent`, as a schema. */
export const attributes = z.object({
	specversion: z.literal("1.0"),
	id: z.string().min(1).meta({
		description:
			"the same for every copy of the event: what a consumer is idempotent by",
	}),
	source: z.string().min(1).meta({ description: "/providers/<name>" }),
	type: z.string().min(1),
	subject: z
		.string()
		.min(1)
		.meta({ description: "the vendor's own id of what the event is about" }),
	time: z.iso.datetime({ offset: true }).meta({
		description:
			"when it happened, as the provider says; else when a poll saw it, or a webhook was recorded; for people, not for order",
	}),
	datacontenttype: z.literal("application/json"),
	dataschema: z.string().min(1),
	recordedtime: z.iso
		.datetime({ offset: true })
		.meta({ description: "when Billhook recorded it" }),
	partitionkey: z.string().min(1).meta({
		description: "a digest of the subject, and the queue's message group",
	}),
	lane: z.string().min(1).optional().meta({
		description:
			"what of the subject has changed its state; absent for single facts",
	}),
	sequence: z.string().min(1).optional().meta({
		description:
			"of one subject and lane the event with the greatest is the latest, and one with a smaller is history; absent for single facts",
	}),
	traceparent: z
		.string()
		.regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
		.optional()
		.meta({
			description:
				"W3C's, made when it was received; the same in Billhook's log and in a replay",
		}),
	via: z.enum(["webhook", "poll"]).meta({ description: "the way in it took" }),
	replay: z
		.string()
		.min(1)
		.optional()
		.meta({ description: "the replay that sent it again; absent otherwise" }),
	dataref: z
		.string()
		.min(1)
		.optional()
		.meta({ description: "s3://<bucket>/<key> of data too large for a queue" }),
});
