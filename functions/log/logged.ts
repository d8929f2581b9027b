import * as z from "zod";

// What the functions' log lines say: whoever reads a log reads it with these schemas, so names and words stay.

/** In place of a subject, see subject-hash.ts; a hash that is no event's may be of a subject nobody has heard of. */
const subject = z.string();

/** An event, or what was taken for one: `id` where it is certain, a subject always. */
const Named = z.object({
	id: z.string().optional(),
	/** with the provider's prefix */
	type: z.string(),
	subject,
	traceparent: z.string().optional(),
});

/** What became of one fact of a delivery; `new` is an event, `repeat` and `claim` are duplicates. */
const Delivered = Named.extend({
	outcome: z.enum(["new", "repeat", "claim", "stale", "conflict", "return"]),
});

/** What lies in quarantine, by its key there, and the fields that were wrong. */
const Kept = z.object({
	id: z.string(),
	reason: z.enum([
		"not-json",
		"invalid",
		"unproven",
		"conflict",
		"return",
		"polled",
	]),
	fields: z.array(z.object({ path: z.string(), message: z.string() })),
});

const Line = z.object({
	Stage: z.string(),
	Provider: z.string(),
	/** when what it tells of began */
	time: z.iso.datetime(),
	requestId: z.string(),
	ms: z.number().optional(),
	/** a line names a hundred events; more of the same follow in lines of their own, from 2 on */
	part: z.number().optional(),
});

const outcomes = [
	"accepted",
	"duplicate",
	"quarantined",
	"refused",
	"unavailable",
	"tried",
] as const;
const reason = z.enum(["token", "method", "too-large", "not-for-this-inbox"]);
const watch = z.object({ subject, known: z.boolean() });

/** An error of ours: its name and its place. */
const Failed = { error: z.string().optional(), at: z.string().optional() };

/** One delivery. */
export type WebhookLine = z.output<typeof WebhookLine>;
export const WebhookLine = Line.extend({
	function: z.literal("webhook"),
	/** of the events it became */
	traceparent: z.string(),
	outcome: z.enum(outcomes),
	status: z.number(),
	method: z.string(),
	/** where it came from and what sent it, as far as it says so itself; an option */
	address: z.string().optional(),
	agent: z.string().optional(),
	/** of its body */
	bytes: z.number(),
	/** why it was refused; why it was kept is said in `quarantined` */
	reason: reason.optional(),
	events: z.array(Delivered).optional(),
	quarantined: z.array(Kept).optional(),
	/** what it asks to be polled for */
	watch: watch.optional(),
	/** fields of the webhook secret, each with what is wrong */
	settings: z.array(z.string()).optional(),
	...Failed,
});

/** A delivery read again, that lay in quarantine. */
export type RetryLine = z.output<typeof RetryLine>;
export const RetryLine = Line.extend({
	function: z.literal("retry"),
	/** its key in quarantine */
	retried: z.string(),
	/** of its first reception */
	traceparent: z.string().optional(),
	outcome: z.enum([...outcomes, "absent", "unfit"]),
	/** for what it is no event */
	reason: reason.optional(),
	events: z.array(Delivered).optional(),
	/** where it lies now */
	quarantined: z.array(Kept).optional(),
	watch: watch.optional(),
	settings: z.array(z.string()).optional(),
	...Failed,
});

/** One batch of the inbox's stream. */
export const ForwardLine = Line.extend({
	function: z.literal("forward"),
	/** handed to the queue */
	events: z.array(Named).optional(),
	/** given up: they lie in the bucket, below failures/ */
	failures: z
		.array(z.object({ id: z.string(), reason: z.string() }))
		.optional(),
	/** the first that must come again, with everything behind it */
	held: z.object({ id: z.string().optional(), reason: z.string() }).optional(),
});

/** One run of a poll. */
export const PollLine = Line.extend({
	function: z.literal("poll"),
	/** counts the runs that asked */
	run: z.number().optional(),
	requests: z.number(),
	observed: z.number(),
	recorded: z.number(),
	recovered: z.number(),
	known: z.number(),
	stale: z.number(),
	failed: z.number(),
	expired: z.number(),
	ended: z.number(),
	refused: z.number(),
	/** that no webhook had brought */
	events: z.array(Named).optional(),
	quarantined: z.array(Kept).optional(),
	/** why nothing was asked */
	skipped: z.string().optional(),
	/** why it ended with work left */
	stopped: z.string().optional(),
	/** when the next may ask */
	next: z.string().nullable(),
	/** why requests failed, and how often */
	failures: z.record(z.string(), z.number()).optional(),
	/** fields of the api secret, each with what is wrong */
	settings: z.array(z.string()).optional(),
	breakerOpened: z.literal(true).optional(),
	clockOffsetMinutes: z.number().optional(),
});

/** One request to the watches' own address. */
export const WatchLine = Line.extend({
	function: z.literal("watch"),
	method: z.string(),
	status: z.number(),
	/** of the watch that was started or stopped */
	subject: subject.optional(),
	...Failed,
});

/** What a person had sent to the queue once more; written by the command line. */
export type OperatorLine = z.output<typeof OperatorLine>;
export const OperatorLine = Line.extend({
	function: z.literal("operator"),
	did: z.enum(["replay", "redrive"]),
	events: z.array(z.object({ id: z.string() })),
});

/** Any line of any function, and of the command line; unknown fields, metrics among them, are left out. */
export const Logged = z.discriminatedUnion("function", [
	WebhookLine,
	RetryLine,
	ForwardLine,
	PollLine,
	WatchLine,
	OperatorLine,
]);
export type Logged = z.output<typeof Logged>;
