import * as z from "zod";
import type { ApiAnswer } from "../../asking/request.ts";
import {
	expectRows,
	expectShape,
	Forgotten,
	UnknownShape,
} from "../../asking/shape.ts";
import { elementsOf, idIn } from "../../inbox/json-text.ts";
import type { Cursor, Page, Poll, Run, Settled } from "../../polling/poll.ts";
import { occurred, StripeEvent } from "./events.ts";

// https://docs.stripe.com/api/events/list
const settings = z.object({
	apiUrl: z.string().optional(),
	/** a restricted key (rk_…) that may read events */
	apiKey: z.string().optional(),
	/** "undelivered" unless set: what Stripe could not deliver to every endpoint; "all" lists what no endpoint asked for, too */
	listed: z.enum(["undelivered", "all"]).optional(),
	/** up to 20, separated by commas; unset, every type */
	types: z
		.string()
		.regex(/^[^,]*(,[^,]*){0,19}$/)
		.optional(),
});
type Settings = z.output<typeof settings>;

const Listed = z.looseObject({
	data: z.array(z.unknown()),
	has_more: z.boolean(),
});
const Row = z.object({ json: StripeEvent, text: z.string() });

const Place = z.object({
	/** Unix seconds: a day from here is being listed */
	from: z.number(),
	/** the oldest event of that day that is durable */
	after: z.string().optional(),
	startedAt: z.string(),
});
type Progress = z.output<typeof Place>;

const daySeconds = 86_400;
const memorySeconds = 30 * daySeconds;
// for as long Stripe itself tries again
const firstSeconds = 3 * daySeconds;
const overlapSeconds = 3600;

export const poll: Poll<Settings, "events"> = {
	settings,
	everyMinutes: 10,
	needs: ["apiKey"],
	url: ({ apiUrl = "https://api.stripe.com" }) => apiUrl,
	headers: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
	requests: { events: "GET /v1/events" },
	brings: { "*": [] },
	// 25 a second are allowed, which the account's other users share
	budget: { requests: 120, seconds: 60 },
	list: { cursors: () => ["events"], pass },
};

/** Day by day, the oldest first: what Stripe is about to forget goes before what it will list tomorrow. */
async function* pass(
	{ since, place }: Cursor,
	{ call, now, settings }: Run<Settings, "events">,
): AsyncGenerator<Page, string, Settled> {
	const remembered = secondsOf(now) - memorySeconds;
	const progress = place
		? Place.parse(JSON.parse(place))
		: {
				from: Math.max(firstOf(since, now), remembered),
				startedAt: now.toISOString(),
			};
	// a first pass that fails must not begin later the next time
	if (!since && !place) yield pageOf(progress);
	if (since && !place && secondsOf(new Date(since)) < remembered)
		yield {
			sightings: [],
			odd: [{ row: { since }, error: new Forgotten(since) }],
		};
	const until = secondsOf(new Date(progress.startedAt));
	while (progress.from < until) {
		const to = Math.min(progress.from + daySeconds, until);
		const query = queryOf(settings, progress, to);
		const answer = await call("events", { query });
		const { has_more } = expectShape(Listed, answer.json);
		const texts = elementsOf(answer.text, "data");
		yield readPage(texts, answer);
		const last = idIn(texts.at(-1) ?? "", "id");
		if (has_more && (last === "" || last === progress.after))
			throw new UnknownShape("a page that says there is more, but not where");
		progress.after = has_more ? last : undefined;
		if (!has_more) progress.from = to;
		yield pageOf(progress);
	}
	return progress.startedAt;
}

function readPage(texts: readonly string[], { sentAt }: ApiAnswer): Page {
	const listed = texts.map((text) => ({ json: JSON.parse(text), text }));
	const { rows, unreadable } = expectRows(Row, listed);
	return {
		sightings: rows.map((row) => ({
			observations: [occurred(row)],
			observedAt: sentAt,
		})),
		odd: unreadable,
	};
}

function queryOf(
	{ listed, types = "" }: Settings,
	{ from, after }: Progress,
	to: number,
): Record<string, string> {
	const wanted = types.split(",").map((type) => type.trim());
	return {
		limit: "100",
		"created[gte]": String(from),
		"created[lt]": String(to),
		...(after !== undefined && { starting_after: after }),
		...(listed !== "all" && { delivery_success: "false" }),
		...Object.fromEntries(
			wanted
				.filter((type) => type !== "")
				.map((type, index) => [`types[${index}]`, type]),
		),
	};
}

function firstOf(since: string | undefined, now: Date): number {
	return since
		? secondsOf(new Date(since)) - overlapSeconds
		: secondsOf(now) - firstSeconds;
}

function secondsOf(time: Date): number {
	return Math.floor(time.getTime() / 1000);
}

function pageOf(progress: Progress): Page {
	return { sightings: [], place: JSON.stringify(progress) };
}
