import * as z from "zod";
import { nearest } from "../../functions/nearest.ts";
import type { Poll, Provider } from "../../functions/provider.ts";

const isFunction = z.custom<(...args: never[]) => unknown>(
	(value) => typeof value === "function",
	"must be a function",
);
const isSchema = z.custom<z.core.$ZodType>(
	(value) => kindOf(value) !== undefined,
	"must be a schema of zod 4",
);
const isObjectSchema = z.custom<z.core.$ZodObject>(
	(value) => kindOf(value) === "object",
	"must be made with z.object of zod 4",
);

const pollFields = {
	settings: isObjectSchema,
	everyMinutes: z.int().min(1).max(1440),
	zoneSetting: z.string().optional(),
	tokens: z.looseObject({ fetch: isFunction }).optional(),
	brings: z.record(z.string(), z.array(z.string())),
	budget: z.object({ requests: z.number(), seconds: z.number() }),
	url: isFunction,
	requests: z.record(z.string(), z.string()),
	headers: isFunction.optional(),
	needs: z.array(z.string()),
	deniedBy: z.array(z.int()).optional(),
	list: z.looseObject({ cursors: isFunction, pass: isFunction }).optional(),
	watches: z
		.looseObject({
			kinds: z.array(z.string()).min(1),
			subject: isSchema,
			firstSeconds: z.number(),
			longestSeconds: z.number(),
			ask: isFunction,
		})
		.optional(),
} satisfies Record<keyof Poll, z.ZodType>;

const providerFields = {
	name: z
		.string()
		.regex(
			/^[a-z][a-z0-9-]{0,39}$/,
			"must be a lower-case letter, then up to 39 letters, digits and hyphens",
		),
	documentation: z.string(),
	available: z.literal(true).optional(),
	settings: isObjectSchema,
	proofs: isFunction,
	path: z.array(z.string().regex(/^\w+$/, "must be letters and digits")),
	headers: z
		.array(z.string().regex(/^[^A-Z]*$/, "must be in lower case"))
		.optional(),
	forms: z.literal(true).optional(),
	answer: z.record(z.string(), z.string()),
	unreadable: z.literal(200).optional(),
	handshake: isFunction.optional(),
	events: z.record(z.string(), isSchema),
	read: isFunction,
	poll: z.strictObject(pollFields).optional(),
} satisfies Record<keyof Provider, z.ZodType>;

const Declaration = z.strictObject(providerFields);
const names = [...Object.keys(providerFields), ...Object.keys(pollFields)];

/** What is wrong with a declaration that no compiler has seen, field by field. */
export function mistakesIn(provider: Provider | object): string[] {
	const { error } = Declaration.safeParse(provider);
	return (error?.issues ?? []).flatMap((issue) => {
		if (issue.code !== "unrecognized_keys")
			return [`${issue.path.join(".")}: ${issue.message}`];
		return issue.keys.map((key) => {
			const meant = nearest(key, names);
			const place = [...issue.path, key].join(".");
			return `${place}: there is no such field${meant ? `; is ${meant} meant?` : ""}`;
		});
	});
}

function kindOf(value: unknown): string | undefined {
	const { _zod } = (value ?? {}) as { _zod?: { def?: { type?: string } } };
	return _zod?.def?.type;
}
