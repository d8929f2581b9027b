import type { Issue, Kept } from "../inbox/quarantine.ts";
import type { Recorded } from "../inbox/record.ts";
import type { WebhookLine } from "../log/logged.ts";
import { sayEvent, sayKept } from "../log/say.ts";
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
	about?: About;
}

/** What a delivery was about, as far as anybody knows. */
export interface About extends Pick<WebhookLine, "reason" | "error" | "at"> {
	events?: readonly Fact[];
	quarantined?: readonly Kept[];
	watch?: { pk: string; known: boolean };
}

export type Fact = Pick<Recorded, "outcome" | "type" | "pk" | "id">;

/** For the log line: no subject, and no word of the body. */
export function sayAbout(about: About = {}, key: string) {
	const { events = [], quarantined = [], watch, ...rest } = about;
	return {
		...rest,
		...(events.length > 0 && {
			events: events.map((fact) => sayEvent(fact, key)),
		}),
		...(quarantined.length > 0 && { quarantined: quarantined.map(sayKept) }),
		...(watch && { watch: sayEvent(watch, key) }),
	};
}

/** Whether the provider itself has sent what is answered so, and more than an empty request. */
export function isGenuine({ outcome, about = {} }: Answer): boolean {
	const { quarantined = [] } = about;
	return (
		["accepted", "duplicate", "quarantined"].includes(outcome) &&
		quarantined.every(({ reason }) => reason !== "unproven")
	);
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
