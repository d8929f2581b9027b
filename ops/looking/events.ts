import { defineCommand } from "../command/command.ts";
import { eventFilter, readFilter } from "../command/filter.ts";
import { type Column, listOptions, printList } from "../command/list.ts";
import {
	cannotBeRead,
	EventRow,
	listEvents,
	type StoredEvent,
} from "../installation/events.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";

export const eventColumns: readonly Column<EventRow>[] = [
	{ title: "id", width: 43, of: ({ id }) => id },
	{ title: "recorded", width: 24, of: (row) => row.recordedtime },
	{ title: "via", width: 7, of: ({ via }) => via },
	{ title: "type", width: 32, of: ({ type }) => type },
	{ title: "subject", of: ({ subject }) => subject ?? `(${cannotBeRead})` },
];

export default defineCommand({
	name: "events",
	summary: "what was recorded, newest first",
	description: "Its ids are what show, why and replay take.",
	options: { ...installationOptions, ...eventFilter, ...listOptions },
	examples: [
		["events --since 2h", "the last two hours'"],
		[
			"events --provider acme --via poll --since 7d --count",
			"how many a poll had to bring this week",
		],
		[
			"events --type 'acme.payment.*' --subject payment-1 --since 400d --json",
			"all that is remembered of one payment, for a program",
		],
	],
	line: EventRow,
	async run({ values, terminal, environment, signal }) {
		const filter = readFilter(values, terminal);
		const installation = await findInstallation(values, environment);
		const events = listEvents(installation, filter, {
			order: "newest",
			onProgress: terminal.progress,
		});
		const rows = shown(events);
		return printList(rows, { values, terminal, columns: eventColumns, signal });
	},
});

/** As its schema says, without what is kept beside that. */
async function* shown(events: AsyncIterable<StoredEvent>) {
	for await (const event of events) yield EventRow.parse(event);
}
