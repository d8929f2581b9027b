import type { Issue } from "../inbox/quarantine.ts";
import { type Problem, sayProblem } from "../problem.ts";

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

export function answerSuccess(
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

/** What a sender waits for before it sends; no browser takes it for anything else. */
export function answerHandshake(text: string): Answer {
	return {
		status: 200,
		headers: {
			"content-type": "text/plain; charset=utf-8",
			"x-content-type-options": "nosniff",
			"billhook-outcome": "tried",
		},
		body: text,
		outcome: "tried",
		metrics: { Tried: 1 },
	};
}

interface Found extends Omit<Problem, "errors"> {
	issues?: readonly Issue[];
}

/** Names fields and reasons, never values. */
export function answerProblem(
	outcome: Outcome,
	{ issues, ...found }: Found,
	extras: Extras,
): Answer {
	const errors = issues?.map(({ path, message }) => ({
		field: path,
		detail: message,
	}));
	const { headers, body } = sayProblem({ ...found, errors });
	return {
		status: found.status,
		headers: { ...headers, "billhook-outcome": outcome },
		body,
		outcome,
		...extras,
	};
}
