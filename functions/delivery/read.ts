// the namespace z.core, used as a value, would bring every language of zod into the bundle
import { $ZodError, type $ZodIssue } from "zod/v4/core";
import { namesIn, unfitName } from "../inbox/name.ts";
import type { Observation } from "../inbox/observation.ts";
import type { Issue } from "../inbox/quarantine.ts";
import { sayError } from "../log/line.ts";
import type { Content, Fact, Provider, Reading } from "../provider.ts";
import type { Genuine } from "./auth.ts";
import type { Parsed } from "./parse.ts";

const maxEvents = 1000;
const tooMany: Issue = {
	path: "",
	message: `more than ${maxEvents} events in one delivery`,
};
// a body of wrong elements has one for each of them
const maxIssues = 20;
// a key that nobody expected is named, however long
const maxTextLength = 300;

/** What a provider makes of a genuine delivery, or which fields it cannot read. */
export function understand(
	parsed: Parsed,
	{ path, query, headers }: Genuine,
	provider: Provider,
): Reading | { issues: Issue[] } {
	return readOrSay(() => {
		const reading = provider.read({
			...parsed,
			query,
			path,
			headers: namedHeaders(headers, provider),
		});
		if ("events" in reading && reading.events.length > maxEvents)
			return { issues: [tooMany] };
		if ("event" in reading) return checked(reading.event, reading);
		const why = "lookup" in reading ? unfitName(reading.lookup) : undefined;
		return why === undefined ? reading : { issues: [unfit(why)] };
	});
}

/** What a delivery that only shows a reference is about. */
export function understandFound(
	{ found }: Extract<Reading, { lookup: string }>,
	subject: string | undefined,
): Observation | { issues: Issue[] } {
	return readOrSay(() => {
		const observation = found(subject);
		return checked(observation, observation);
	});
}

/** Those of a request that its provider reads. */
export function namedHeaders(
	headers: Genuine["headers"],
	{ headers: names = [] }: Pick<Provider, "headers">,
): Content["headers"] {
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = headers[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
}

/** One of several facts of a delivery. */
export function understandOne(
	text: string,
	each: (fact: Fact) => Observation,
): Observation | { issues: Issue[] } {
	return readOrSay(() => {
		const observation = each({ json: JSON.parse(text), text });
		return checked(observation, observation);
	});
}

function checked<Read>(
	{ subject, identity }: Observation,
	read: Read,
): Read | { issues: Issue[] } {
	for (const name of [subject, ...namesIn(identity)]) {
		const why = unfitName(name);
		if (why !== undefined) return { issues: [unfit(why)] };
	}
	return read;
}

function unfit(why: string): Issue {
	return {
		path: "",
		message: `what names the subject, or a key of it, ${why}`,
	};
}

/** Whatever a reader throws, the delivery is what it could not read. */
function readOrSay<Read>(read: () => Read): Read | { issues: Issue[] } {
	try {
		return read();
	} catch (error) {
		if (error instanceof $ZodError)
			return { issues: error.issues.slice(0, maxIssues).map(sayIssue) };
		const message =
			error instanceof RangeError
				? "nested too deeply"
				: `cannot be read: ${sayError(error).error}`;
		return { issues: [{ path: "", message }] };
	}
}

function sayIssue({ path, message }: $ZodIssue): Issue {
	return {
		path: path.map(String).join(".").slice(0, maxTextLength),
		message: message.slice(0, maxTextLength),
	};
}
