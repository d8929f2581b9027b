import * as z from "zod";
import type { Issue } from "../inbox/quarantine.ts";
import type { Provider, Reading } from "../provider.ts";
import type { Genuine } from "./auth.ts";

/** The body as JSON, and the text it was. */
export function parse(
	bytes: Uint8Array,
): { json: unknown; text: string } | { issue: Issue } {
	try {
		// the decoder takes a byte order mark away
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		return { json: JSON.parse(text), text };
	} catch (error) {
		const message =
			error instanceof SyntaxError
				? "the body is not JSON"
				: "the body is not UTF-8";
		return { issue: { path: "", message } };
	}
}

// a larger one might not fit beside its event in an item, and would be 503 for ever
const maxSubjectLength = 1024;
const tooLong: Issue = {
	path: "",
	message: `what names the subject has more than ${maxSubjectLength} characters`,
};
// a body of wrong elements has one for each of them
const maxIssues = 20;

/** What a provider makes of a genuine delivery, or which fields it cannot read. */
export function understand(
	{ json, text }: { json: unknown; text: string },
	{ path }: Genuine,
	provider: Provider,
): Reading | { issues: Issue[] } {
	try {
		const reading = provider.read({ json, text, path });
		const isTooLong = subjectOf(reading).length > maxSubjectLength;
		return isTooLong ? { issues: [tooLong] } : reading;
	} catch (error) {
		if (error instanceof z.ZodError)
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

function sayIssue({ path, message }: z.core.$ZodIssue): Issue {
	return { path: path.map(String).join("."), message };
}
