import * as z from "zod";
import type { WatchRequest } from "../inbox/watch-request.ts";
import { type FieldError, sayProblem } from "../problem.ts";
import type { KeptWatch } from "./kept-watch.ts";

/** An answer of the watches' own address. */
export interface Reply {
	statusCode: number;
	headers: Record<string, string>;
	body?: string;
	/** for the log line, which hashes the subject */
	about?: { subject?: string; error?: string; at?: string };
}

/** A request that nobody could read; names fields, never values. */
export class UnfitRequest extends Error {
	override name = "UnfitRequest";
	readonly status: number;
	readonly title: string;
	readonly errors: readonly FieldError[];
	constructor(
		status: number,
		title: string,
		errors: readonly FieldError[] = [],
	) {
		super(title);
		this.status = status;
		this.title = title;
		this.errors = errors;
	}
}

const shown = 20;
const longestField = 300;

// what can be a watch is asked later
const StartWatch = z.strictObject({
	subject: z.string().min(1),
	kind: z.string().optional(),
	reference: z.string().min(1).optional(),
	deadline: z.iso
		.datetime({ offset: true })
		.transform((text) => new Date(text))
		.optional(),
});

export function readRequest(text: string): WatchRequest & { deadline?: Date } {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new UnfitRequest(400, "Not JSON");
	}
	const result = StartWatch.safeParse(json);
	if (result.success) return result.data;
	throw new UnfitRequest(
		422,
		"Not a watch",
		result.error.issues.flatMap(sayIssue),
	);
}

export function showWatch(watch: KeptWatch): Record<string, unknown> {
	const { subject, kind, reference, startedAt, deadline, due, asked } = watch;
	return { subject, kind, reference, startedAt, deadline, due, asked };
}

export function reply(statusCode: number, body?: unknown): Reply {
	if (body === undefined) return { statusCode, headers: {} };
	const headers = { "content-type": "application/json" };
	return { statusCode, headers, body: JSON.stringify(body) };
}

export function replyProblem(
	status: number,
	title: string,
	extras: {
		detail?: string;
		errors?: readonly FieldError[];
		allow?: string;
		about?: { error: string; at?: string };
	} = {},
): Reply {
	const { about, ...said } = extras;
	const { headers, body } = sayProblem({ status, title, ...said });
	return { statusCode: status, headers, body, about };
}

function sayIssue(issue: z.core.$ZodIssue): FieldError[] {
	if (issue.code === "unrecognized_keys")
		return issue.keys.slice(0, shown).map((key) => ({
			field: key.slice(0, longestField),
			detail: "is not a field of a watch",
		}));
	return [{ field: issue.path.join("."), detail: issue.message }];
}
