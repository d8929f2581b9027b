import { Misuse } from "../trouble.ts";
import { defineOptions, type Ending, type Values } from "./command.ts";
import { printable, type Terminal } from "./terminal.ts";

export const listOptions = defineOptions({
	limit: { type: "string", value: "<number>", says: "no more than so many" },
	count: { type: "boolean", says: "only how many there are" },
	json: {
		type: "boolean",
		says: "one JSON object a line, for programs; schemas/ops has its shape",
	},
});

/** One column of a list; the last needs no width. */
export interface Column<Row> {
	title: string;
	width?: number;
	of(row: Row): string | undefined;
}

export interface ListOptions<Row> {
	values: Values<typeof listOptions>;
	terminal: Terminal;
	/** the first is what the next command takes as an id */
	columns: readonly Column<Row>[];
	signal?: AbortSignal;
}

/** Prints a list as it comes in. */
export async function printList<Row>(
	rows: AsyncIterable<Row> | Iterable<Row>,
	{ values, terminal, columns, signal }: ListOptions<Row>,
): Promise<Ending> {
	const limit = readLimit(values.limit);
	const isForPeople = !values.count && !values.json;
	let count = 0;
	for await (const row of rows) {
		if (signal?.aborted) break;
		if (count === 0 && isForPeople && terminal.isTerminal)
			terminal.note(terminal.colour(header(columns), "dim"));
		count++;
		if (values.json && !values.count) terminal.print(JSON.stringify(row));
		if (isForPeople) terminal.print(line(columns, row));
		if (count >= limit) break;
	}
	if (values.count)
		terminal.print(values.json ? JSON.stringify({ count }) : String(count));
	if (count === 0 && isForPeople) terminal.note("Nothing matched.");
	return count === 0 ? "nothing" : "done";
}

function header<Row>(columns: readonly Column<Row>[]): string {
	return columns
		.map(({ title, width = 0 }) => title.padEnd(width))
		.join("  ")
		.trimEnd();
}

export function line<Row>(columns: readonly Column<Row>[], row: Row): string {
	return columns
		.map(({ of, width = 0 }) => printable(of(row) ?? "").padEnd(width))
		.join("  ")
		.trimEnd();
}

/** Whole rows that are there already, each column as wide as it needs. */
export function fitted<Row>(
	columns: readonly Column<Row>[],
	rows: readonly Row[],
): Column<Row>[] {
	return columns.map((column) => ({
		...column,
		width: Math.max(
			column.title.length,
			...rows.map((row) => printable(column.of(row) ?? "").length),
		),
	}));
}

function readLimit(text: string | undefined): number {
	if (text === undefined) return Number.POSITIVE_INFINITY;
	const limit = Number(text);
	if (Number.isInteger(limit) && limit > 0) return limit;
	throw new Misuse(`--limit is "${text}"; it takes a whole number, from 1.`);
}
