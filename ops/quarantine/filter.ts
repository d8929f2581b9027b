import { nearest } from "../../functions/nearest.ts";
import { defineOptions, type Values } from "../command/command.ts";
import { periodOptions, readPeriod } from "../command/filter.ts";
import type { Terminal } from "../command/terminal.ts";
import { type EntryFilter, reasons } from "../installation/entries.ts";
import { Misuse } from "../trouble.ts";

export const entryFilter = defineOptions({
	provider: { type: "string", value: "<name>", says: "of this provider" },
	reason: {
		type: "string",
		value: "<reason>",
		says: `for this reason: ${reasons.join(", ")}`,
	},
	field: {
		type: "string",
		value: "<field>",
		says: "for this field, as the list names it",
	},
	...periodOptions,
});

export function readEntryFilter(
	values: Values<typeof entryFilter>,
	terminal: Terminal,
): EntryFilter {
	const { provider, reason, field } = values;
	if (reason !== undefined && !reasons.some((known) => known === reason)) {
		const meant = nearest(reason, reasons);
		throw new Misuse(
			`There is no reason "${reason}"; ${meant ? `is ${meant} meant?` : `there are ${reasons.join(", ")}.`}`,
		);
	}
	return { provider, reason, field, ...readPeriod(values, terminal) };
}
