import * as z from "zod";
import { defineCommand } from "../command/command.ts";
import {
	type Column,
	fitted,
	listOptions,
	printList,
} from "../command/list.ts";
import { EntryRow, listEntries, rowOf } from "../installation/entries.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { entryFilter, readEntryFilter } from "./filter.ts";

/** All that lie there for one reason and one field. */
export const Kind = EntryRow.omit({ id: true }).extend({
	id: z.string().meta({ description: "one of them, the latest" }),
	entries: z.number(),
});
export type Kind = z.output<typeof Kind>;

const kindColumns: readonly Column<Kind>[] = [
	{ title: "one of them", of: ({ id }) => id },
	{ title: "provider", of: ({ provider }) => provider },
	{ title: "reason", of: ({ reason }) => reason },
	{ title: "entries", of: ({ entries }) => String(entries) },
	{ title: "came", of: ({ count }) => `${count} ×` },
	{ title: "last", of: ({ last }) => last },
	{ title: "field", of: ({ field }) => field || "-" },
	{ title: "why", of: ({ message }) => message },
];

const entryColumns: readonly Column<EntryRow>[] = [
	{ title: "id", width: 43, of: ({ id }) => id },
	{ title: "last came", width: 24, of: ({ last }) => last },
	{ title: "provider", width: 12, of: ({ provider }) => provider },
	{ title: "reason", width: 8, of: ({ reason }) => reason },
	{ title: "came", width: 5, of: ({ count }) => `${count} ×` },
	{ title: "field", width: 16, of: ({ field }) => field || "-" },
	{ title: "why", of: ({ message }) => message },
];

export default defineCommand({
	name: "quarantine list",
	summary: "genuine deliveries that could not be read or handed on, by reason",
	description: `One line for each reason and field; --each lists the deliveries, whose ids show and retry take.
A delivery is found by the time at which it first came.`,
	options: {
		...installationOptions,
		...entryFilter,
		each: { type: "boolean", says: "each delivery, not each kind" },
		...listOptions,
	},
	examples: [
		["quarantine list", "what of the last 24 hours lies there, by kind"],
		[
			"quarantine list --provider acme --reason invalid --each --since 7d",
			"each delivery of this week that acme's reader refused",
		],
	],
	line: z.union([Kind, EntryRow]),
	async run({ values, terminal, environment, signal }) {
		const filter = readEntryFilter(values, terminal);
		const installation = await findInstallation(values, environment);
		const entries = listEntries(installation, filter, terminal.progress);
		if (values.each) {
			const columns = entryColumns;
			return printList(rows(), { values, terminal, columns, signal });
		}
		const kinds = await groupByKind(rows());
		const columns = fitted(kindColumns, kinds);
		return printList(kinds, { values, terminal, columns, signal });

		async function* rows() {
			for await (const entry of entries) yield rowOf(entry);
		}
	},
});

/** The largest first. */
export async function groupByKind(
	rows: AsyncIterable<EntryRow>,
): Promise<Kind[]> {
	const kinds = new Map<string, Kind>();
	for await (const row of rows) {
		const { provider, reason, field, message } = row;
		const name = JSON.stringify([provider, reason, field, message]);
		const known = kinds.get(name);
		kinds.set(name, {
			...row,
			id: known && known.last > row.last ? known.id : row.id,
			entries: (known?.entries ?? 0) + 1,
			count: (known?.count ?? 0) + row.count,
			first: known && known.first < row.first ? known.first : row.first,
			last: known && known.last > row.last ? known.last : row.last,
		});
	}
	return [...kinds.values()].toSorted(
		(one, other) => other.entries - one.entries,
	);
}
