import { Misuse } from "../trouble.ts";
import { defineOptions, type Values } from "./command.ts";
import { readTime } from "./period.ts";
import type { Terminal } from "./terminal.ts";

/** Which of a list's rows are meant. */
export interface Filter {
	provider?: string;
	/** a whole type, or its beginning and an asterisk */
	type?: string;
	subject?: string;
	via?: "webhook" | "poll";
	outcome?: string;
	since: Date;
	until: Date;
}

export const periodOptions = defineOptions({
	since: {
		type: "string",
		value: "<time>",
		says: "from then on: so long ago (30m, 2h, 7d), or a time (2026-01-31T10:00, UTC); 24 hours ago unless said",
	},
	until: {
		type: "string",
		value: "<time>",
		says: "until then, written the same way; now unless said",
	},
});

export const eventFilter = defineOptions({
	provider: { type: "string", value: "<name>", says: "of this provider" },
	type: {
		type: "string",
		value: "<type>",
		says: "of this type, or of those that begin so: acme.bill.*",
	},
	subject: {
		type: "string",
		value: "<subject>",
		says: "about this document, payment, …: the provider's own id of it",
	},
	via: {
		type: "string",
		value: "webhook|poll",
		says: "that came in this way",
	},
	...periodOptions,
});

const dayMs = 24 * 3_600_000;

/** Reads the filter that was typed; says so where it means the last 24 hours. */
export function readFilter(
	values: Values<typeof eventFilter> & { outcome?: string },
	terminal: Terminal,
	now = new Date(),
): Filter {
	const { provider, type, subject, via, outcome } = values;
	if (via !== undefined && via !== "webhook" && via !== "poll")
		throw new Misuse(`--via is "${via}"; it can be webhook or poll.`);
	const { since, until } = readPeriod(values, terminal, now);
	return { provider, type, subject, via, outcome, since, until };
}

export function readPeriod(
	values: Values<typeof periodOptions>,
	terminal: Terminal,
	now = new Date(),
): { since: Date; until: Date } {
	const until =
		values.until === undefined ? now : readTime("--until", values.until, now);
	if (values.since === undefined)
		terminal.note(
			`The 24 hours until ${values.until === undefined ? "now" : until.toISOString()}; --since says otherwise.`,
		);
	const since =
		values.since === undefined
			? new Date(until.getTime() - dayMs)
			: readTime("--since", values.since, now);
	if (since > until)
		throw new Misuse(
			`--since (${since.toISOString()}) lies behind the end of the time asked for (${until.toISOString()}).`,
		);
	return { since, until };
}
