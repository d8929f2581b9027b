// the namespace z.core, used as a value, would bring every language of zod into the bundle
import { $ZodError, type $ZodIssue } from "zod/v4/core";
import type { Observation } from "../inbox/observation.ts";
import type { Issue } from "../inbox/quarantine.ts";
import type { Content, Fact, Form, Provider, Reading } from "../provider.ts";
import type { Genuine } from "./auth.ts";

type Parsed = Pick<Content, "json" | "text" | "form">;

/** The body as JSON, and the text it was; a form, where its provider takes forms, as an object of texts. */
export function parse(
	{ bytes, headers }: Genuine,
	{ forms }: Pick<Provider, "forms">,
): Parsed | { issue: Issue } {
	try {
		// the decoder takes a byte order mark away
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		return forms && isForm(headers["content-type"])
			? parseForm(text)
			: { json: JSON.parse(text), text };
	} catch (error) {
		const message =
			error instanceof SyntaxError
				? "the body is not JSON"
				: "the body is not UTF-8";
		return { issue: { path: "", message } };
	}
}

function isForm(contentType = ""): boolean {
	return /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType);
}

function parseForm(text: string): Parsed {
	const fields = new URLSearchParams(text);
	const form: Form = Object.fromEntries(
		[...new Set(fields.keys())].map((name) => {
			const [first = "", ...others] = fields.getAll(name);
			return [name, others.length > 0 ? [first, ...others] : first];
		}),
	);
	return { json: form, text: JSON.stringify(form), form };
}

// a larger one might not fit beside its event in an item, and would be 503 for ever
const maxSubjectLength = 1024;
const tooLong: Issue = {
	path: "",
	message: `what names the subject has more than ${maxSubjectLength} characters`,
};
const maxEvents = 1000;
const tooMany: Issue = {
	path: "",
	message: `more than ${maxEvents} events in one delivery`,
};
// a body of wrong elements has one for each of them
const maxIssues = 20;

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
		const isTooLong = subjectOf(reading).length > maxSubjectLength;
		return isTooLong ? { issues: [tooLong] } : reading;
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
		return observation.subject.length > maxSubjectLength
			? { issues: [tooLong] }
			: observation;
	});
}

function readOrSay<Read>(read: () => Read): Read | { issues: Issue[] } {
	try {
		return read();
	} catch (error) {
		if (error instanceof $ZodError)
			return { issues: error.issues.slice(0, maxIssues).map(sayIssue) };
		if (error instanceof RangeError)
			return { issues: [{ path: "", message: "nested too deeply" }] };
		throw error;
	}
}

function subjectOf(reading: Reading): string {
	if ("event" in reading) return reading.event.subject;
	return "watch" in reading ? reading.watch.subject : "";
}

function sayIssue({ path, message }: $ZodIssue): Issue {
	return { path: path.map(String).join("."), message };
}
