import { nearest } from "../../functions/nearest.ts";
import { defineCommand, defineOptions } from "../command/command.ts";
import { eventFilter, periodOptions, readFilter } from "../command/filter.ts";
import { type Column, listOptions, printList } from "../command/list.ts";
import {
	DeliveryRow,
	listDeliveries,
	outcomes,
} from "../installation/deliveries.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { Misuse } from "../trouble.ts";

export const deliveryFilter = defineOptions({
	provider: eventFilter.provider,
	type: eventFilter.type,
	subject: eventFilter.subject,
	outcome: {
		type: "string",
		value: "<outcome>",
		says: `that ended so: ${outcomes.join(", ")}`,
	},
	...periodOptions,
});

export const deliveryColumns: readonly Column<DeliveryRow>[] = [
	{ title: "id", width: 43, of: ({ id }) => id },
	{ title: "arrived", width: 24, of: ({ at }) => at },
	{ title: "provider", width: 10, of: ({ provider }) => provider },
	{
		title: "outcome",
		width: 15,
		of: ({ outcome, status }) => `${outcome} ${status}`,
	},
	{ title: "type", width: 30, of: ({ type }) => type ?? "-" },
	{ title: "why", of: sayWhy },
];

export default defineCommand({
	name: "deliveries",
	summary: "what arrived, refused deliveries included, oldest first",
	description: `Read from the functions' log, which keeps what it was set to keep (a month unless said) and names
no subject: a subject that is asked for is looked for by its keyed hash, and a refused delivery has
none, since its body is not read. An id is the event's, or that of what lies in quarantine.`,
	options: { ...installationOptions, ...deliveryFilter, ...listOptions },
	examples: [
		[
			"deliveries --provider acme --outcome refused --since 2h",
			"whoever came with a wrong token",
		],
		[
			"deliveries --subject payment-1 --since 7d",
			"each time that a payment was told of",
		],
		[
			"deliveries --outcome quarantined --json",
			"what could not be read today, and which fields, for a program",
		],
	],
	line: DeliveryRow,
	async run({ values, terminal, environment, signal }) {
		checkOutcome(values.outcome);
		const filter = readFilter(values, terminal);
		const installation = await findInstallation(values, environment);
		const rows = listDeliveries(installation, filter, terminal.progress);
		const columns = deliveryColumns;
		return printList(rows, { values, terminal, columns, signal });
	},
});

export function checkOutcome(outcome: string | undefined): void {
	if (outcome === undefined || outcomes.some((known) => known === outcome))
		return;
	const meant = nearest(outcome, outcomes);
	throw new Misuse(
		`There is no outcome "${outcome}"; ${meant ? `is ${meant} meant?` : `there are ${outcomes.join(", ")}.`}`,
	);
}

function sayWhy({ reason, fields: [field], events }: DeliveryRow): string {
	const others = events.length > 1 ? `${events.length} events` : undefined;
	const wrong = field && [field.path, field.message].filter(Boolean).join(": ");
	return [reason, wrong, others].filter(Boolean).join("; ");
}
