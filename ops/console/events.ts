import {
	type EventFilter,
	EventRow,
	listEvents,
} from "../installation/events.ts";
import { followEvents } from "../installation/follow.ts";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";
import type { EventPage } from "./answers.ts";

const pageRows = 50;
const hourMs = 3_600_000;
// a busy inbox fills a page with an hour; a quiet one is cheap to read
const windowsMs = [hourMs, 24 * hourMs];

/** What the page filters by, as it stands in its address. */
export function readEventFilter(
	parameters: URLSearchParams,
): Pick<EventFilter, "provider" | "type" | "via"> {
	const given = (name: string) => parameters.get(name) || undefined;
	return {
		provider: given("provider"),
		type: given("type"),
		via: given("via"),
	};
}

/** The newest of a day, or those behind the place where the last page ended. */
export async function listPage(
	installation: Installation,
	parameters: URLSearchParams,
): Promise<EventPage> {
	const place = readPlace(parameters.get("next"));
	const filter = readEventFilter(parameters);
	let page: EventPage = { events: [] };
	for (const windowMs of windowsMs) {
		const since = new Date(place.until.getTime() - windowMs);
		const all = { ...filter, since, until: place.until };
		const found = listEvents(installation, all, { order: "newest" });
		page = await readPage(found, place);
		if (page.next) break;
	}
	return page;
}

async function readPage(
	found: AsyncIterable<EventRow>,
	{ until, passed }: Place,
): Promise<EventPage> {
	const events: EventRow[] = [];
	let toPass = passed;
	for await (const event of found) {
		// of one instant, those on the last page
		if (toPass > 0 && event.recordedtime === until.toISOString()) {
			toPass--;
			continue;
		}
		if (events.length === pageRows)
			return { events, next: placeBehind(events, passed) };
		events.push(EventRow.parse(event));
	}
	return { events };
}

/** The last row's instant, and how many rows of it have been shown. */
function placeBehind(rows: readonly EventRow[], passed: number): string {
	const [first, last] = [rows[0]?.recordedtime, rows.at(-1)?.recordedtime];
	const same = rows.filter(({ recordedtime }) => recordedtime === last).length;
	return `${last} ${first === last ? same + passed : same}`;
}

interface Place {
	until: Date;
	/** rows of that very instant that have been shown */
	passed: number;
}

function readPlace(text: string | null): Place {
	if (!text) return { until: new Date(), passed: 0 };
	const [time = "", passed] = text.split(" ");
	const until = new Date(time);
	if (Number.isNaN(until.getTime()))
		throw new Trouble(`"${text}" is no place in this list.`);
	return { until, passed: Number(passed) };
}

/** What is recorded from now on, each once. */
export async function* followRows(
	installation: Installation,
	signal: AbortSignal,
): AsyncGenerator<EventRow> {
	const since = new Date();
	for await (const event of followEvents(installation, { since }, { signal }))
		yield EventRow.parse(event);
}
