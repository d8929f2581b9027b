import * as z from "zod/mini";
import { nearest } from "./nearest.ts";

const Tokens = z.object({
	token: z.string().check(z.minLength(43)),
	previousToken: z.optional(z.string().check(z.minLength(43))),
});
type Tokens = z.output<typeof Tokens>;

// longer names are no names: somebody has put a value in their place
const longestName = 40;

/** What one of a provider's two secrets may hold. */
export interface SecretShape<Settings = Record<string, unknown>> {
	schema: z.core.$ZodType<Settings>;
	holds: readonly string[];
	/** the other secret, and what belongs into it */
	other: { called: string; holds: readonly string[] };
}

/** What a provider declares of them. */
interface Declared {
	settings: z.core.$ZodObject;
	poll?: { settings: z.core.$ZodObject };
}

/** Tokens and proofs: all that the function behind the URL can read. */
export function webhookSecret({
	settings,
	poll,
}: Declared): SecretShape<Tokens & Record<string, unknown>> {
	return {
		schema: z.intersection(Tokens, settings),
		holds: namesIn(Tokens, settings),
		other: { called: "api", holds: poll ? namesIn(poll.settings) : [] },
	};
}

/** The credentials with which the provider's API is polled. */
export function apiSecret({ settings, poll }: Declared): SecretShape {
	const schema = poll?.settings ?? z.object({});
	return {
		schema,
		holds: namesIn(schema),
		other: { called: "webhook", holds: namesIn(Tokens, settings) },
	};
}

function namesIn(...schemas: readonly z.core.$ZodObject[]): string[] {
	return schemas.flatMap(({ _zod }) => Object.keys(_zod.def.shape));
}

/** The secret holds something else than the provider's settings; fields are named, never values. */
export class SettingsUnreadable extends Error {
	override name = "SettingsUnreadable";
	readonly complaints: readonly string[];
	constructor(complaints: readonly string[]) {
		super(`The secret's settings are wrong: ${complaints.join("; ")}`);
		this.complaints = complaints;
	}
}

/** Reads a secret's text, all of it: a misspelt field might have been a proof that is now not asked for. */
export function readSecret<Settings>(
	text: string,
	{ schema, holds, other }: SecretShape<Settings>,
): Settings {
	const json = parseObject(text);
	const strays = Object.keys(json)
		.filter((name) => !holds.includes(name))
		.map((name) => `${shown(name)}: ${explain(name, holds, other)}`);
	const result = z.safeParse(schema, json);
	const wrong = (result.error?.issues ?? []).map(
		({ path: [field = ""], message }) => `${String(field)}: ${message}`,
	);
	const complaints = [...strays, ...wrong];
	if (!result.success || complaints.length > 0)
		throw new SettingsUnreadable(complaints);
	return result.data;
}

function parseObject(text: string): object {
	try {
		const json: unknown = JSON.parse(text);
		if (typeof json === "object" && json !== null && !Array.isArray(json))
			return json;
	} catch {
		// not JSON: the same complaint, for the parser's own quotes the text
	}
	throw new SettingsUnreadable(["the secret is not a JSON object"]);
}

function explain(
	name: string,
	names: readonly string[],
	{ called, holds }: SecretShape["other"],
): string {
	if (holds.includes(name)) return `belongs into the ${called} secret`;
	const meant = nearest(name, names);
	if (meant) return `there is no such setting; is ${meant} meant?`;
	const elsewhere = nearest(name, holds);
	return elsewhere
		? `there is no such setting; is ${elsewhere} of the ${called} secret meant?`
		: "there is no such setting";
}

function shown(name: string): string {
	return name.length > longestName ? "a field with a very long name" : name;
}
