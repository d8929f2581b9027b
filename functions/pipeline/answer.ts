import type { Issue } from "./record.ts";

/** What became of a delivery, in one word; the sender reads it in the header `billhook-outcome`. */
export type Outcome =
	| "accepted"
	| "duplicate"
	| "quarantined"
	| "refused"
	| "unavailable"
	| "tried";

export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: string;
	outcome: Outcome;
	/** for the log line: what was counted, and what it was about */
	metrics: Record<string, number>;
	about?: {
		type?: string;
		id?: string;
		reason?: string;
		error?: string;
		at?: string;
	};
}

type Extras = Pick<Answer, "metrics" | "about">;

export function success(
	outcome: Outcome,
	body: Readonly<Record<string, string>>,
	extras: Extras,
): Answer {
	return {
		status: 200,
		headers: {
			"content-type": "application/json",
			"billhook-outcome": outcome,
		},
		body: JSON.stringify(body),
		outcome,
		...extras,
	};
}

export interface Problem {
	status: number;
	title: string;
	detail?: string;
	issues?: readonly Issue[];
}

/** RFC 9457; names fields and reasons, never values. */
export function problem(
	outcome: Outcome,
	{ status, title, detail, issues }: Problem,
	extras: Extras,
): Answer {
	const errors = issues?.map(({ path, message }) => ({
		field: path,
		detail: message,
	}));
	return {
		status,
		headers: {
			"content-type": "application/problem+json",
			"billhook-outcome": outcome,
			...(status === 503 && { "retry-after": "10" }),
		},
		body: JSON.stringify({
			type: "about:blank",
			title,
			status,
			detail,
			...(errors?.length && { errors }),
		}),
		outcome,
		...extras,
	};
}
