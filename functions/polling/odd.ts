import { isUnknownShape } from "../asking/shape.ts";
import { type Issue, quarantine } from "../inbox/quarantine.ts";
import type { Store } from "../inbox/record.ts";
import type { OddRow, SeenRow, Sighting } from "./poll.ts";
import { scopeOf } from "./scope.ts";
import { noteFailure, noteKept, saySafely, type Tally } from "./tally.ts";

/** A look at one row; throws what is more than this row's trouble. */
export async function tryRow(
	row: unknown,
	look: () => Promise<Sighting>,
): Promise<SeenRow> {
	try {
		return { sightings: [await look()] };
	} catch (error) {
		if (scopeOf(error) !== "row") throw error;
		return { sightings: [], odd: [{ row, error }] };
	}
}

/** Counts what went wrong, and keeps what could not be read, or the row that led there. */
export async function keepOdd(
	{ row, error }: OddRow,
	list: string,
	{ store, tally }: { store: Store; tally: Tally },
): Promise<void> {
	noteFailure(tally, error);
	const came = isUnknownShape(error) ? error.came : undefined;
	const body = came === undefined ? row : came;
	if (body === undefined) return;
	const text = typeof body === "string" ? body : JSON.stringify(body);
	const bytes = Buffer.from(text);
	const delivery = { path: { list }, headers: {}, bytes };
	const issues: Issue[] = [{ path: "", message: saySafely(error) }];
	const unreadable = { delivery, reason: "polled", issues } as const;
	noteKept(tally, await quarantine(unreadable, store));
}
