import * as z from "zod/mini";
import { expectRows, expectShape, type ReadRows } from "../../asking/shape.ts";

const Rows = z.array(z.unknown());
// an array as documented, or an object as one client reads it
const List = z.union([
	Rows,
	z.pipe(
		z.looseObject({ documents: Rows }),
		z.transform(({ documents }) => documents),
	),
]);
const Row = z.looseObject({
	document_id: z.string().check(z.minLength(1)),
	updated_at: z.iso.datetime({ offset: true, local: true }),
	type: z.string(),
});
export type Row = z.output<typeof Row>;

// no list is cut after fewer rows
const fewestCut = 10;

export function readList(json: unknown): ReadRows<Row> {
	return expectRows(Row, expectShape(List, json));
}

/** Cut at the end of a list that is oldest first, what is left comes with the next question; at the end of any other, it never does. */
export function mayLack(rows: readonly Row[], last: Date): boolean {
	const isOldestFirst = rows.every(
		(row, index) =>
			index === 0 || oldestFirst(rows[index - 1] ?? row, row) <= 0,
	);
	const reaches = rows.some((row) => instantOf(row.updated_at) <= last);
	return rows.length >= fewestCut && !isOldestFirst && !reaches;
}

/** Whether there is one among them that is older than all of those. */
export function showsOlder(
	rows: readonly Row[],
	those: readonly Row[],
): boolean {
	return rows.some((row) =>
		those.every((other) => oldestFirst(row, other) < 0),
	);
}

/** A time without a zone is UTC, as those with one are. */
export function instantOf(text: string): Date {
	return new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

export function oldestFirst(one: Row, other: Row): number {
	return (
		instantOf(one.updated_at).getTime() - instantOf(other.updated_at).getTime()
	);
}

export function later(one: Date, other: Date): Date {
	return one > other ? one : other;
}

export function after(time: Date, seconds: number): Date {
	return new Date(time.getTime() + seconds * 1000);
}

export function minus(time: Date, seconds: number): Date {
	return after(time, -seconds);
}
