import * as z from "zod/mini";
import {
	expectRows,
	expectShape,
	Seconds,
	UnknownShape,
} from "../../asking/shape.ts";
import type {
	Cursor,
	Page,
	Poll,
	Run,
	Settled,
	Watch,
	WatchVerdict,
} from "../../polling/poll.ts";
import {
	DocumentId,
	documentOf,
	documentSettings,
	isOnItsWay,
	isQuiet,
	keyOf,
	listOf,
	sightingOf,
} from "./document.ts";

// https://developers.marosavat.com/docs/api-flow
// Only the paths and the grant are published. The names below are assumptions until you have seen an answer;
// a parameter that is set to "" is not sent.
const settings = z.object({
	apiUrl: z.optional(z.string()),
	username: z.optional(z.string()),
	password: z.optional(z.string()),
	clientId: z.optional(z.string()),
	clientSecret: z.optional(z.string()),
	/** the list's parameter for "changed since", in ISO 8601 */
	sinceParameter: z._default(z.string(), "updatedFrom"),
	pageParameter: z._default(z.string(), "page"),
	/** the number of the first page */
	firstPage: z._default(z.string().check(z.regex(/^\d+$/)), "0"),
	sizeParameter: z._default(z.string(), "size"),
	/** whatever else the list is to be asked, as in a URL: "flow=ISSUED" */
	filter: z._default(z.string(), ""),
	/** of GET /v1.1/document */
	documentParameter: z._default(z.string(), "documentId"),
	...documentSettings,
});
type Settings = z.output<typeof settings>;
type Name = "token" | "list" | "document";

const Granted = z.looseObject({
	access_token: z.string().check(z.minLength(1)),
	expires_in: z.optional(Seconds),
});
const Place = z.object({
	page: z.number(),
	startedAt: z.string(),
	held: z.boolean(),
});

const overlapHours = 24;
const overlapMs = overlapHours * 3_600_000;
const pageSize = 50;

export const poll: Poll<Settings, Name> = {
	settings,
	everyMinutes: 15,
	needs: ["username", "password", "clientId", "clientSecret"],
	// the token's address is published, and that the rest is below it likely
	url: ({ apiUrl = "https://gw.vatify.es/api/invoicing" }) => apiUrl,
	requests: {
		token: "POST /auth",
		list: "GET /v1.1/documents",
		document: "GET /v1.1/document",
	},
	brings: {
		"document.status_changed": ["eventId", "occurredAt"],
		"invoice.status_changed": ["eventId", "occurredAt"],
	},
	// no limit is documented
	budget: { requests: 60, seconds: 60 },
	tokens: {
		async fetch(_, { call, now, settings }) {
			const { username, password, clientId, clientSecret } = settings;
			const answer = await call("token", {
				json: {
					grant_type: "password",
					username,
					password,
					client_id: clientId,
					client_secret: clientSecret,
				},
			});
			// a token's life is not published
			const { access_token, expires_in = 300 } = expectShape(
				Granted,
				answer.json,
			);
			const expiresAt = new Date(now.getTime() + expires_in * 800);
			return { access: access_token, expiresAt };
		},
	},
	list: {
		cursors: () => ["documents"],
		pass: passDocuments,
		rememberHours: overlapHours + 1,
	},
	watches: {
		kinds: ["document"],
		subject: DocumentId,
		firstSeconds: 900,
		longestSeconds: 6 * 3600,
		ask: askDocument,
	},
};

/** How far a pass has got, across runs. */
type Progress = z.output<typeof Place>;

/** One pass over all that changed since the one before began. */
async function* passDocuments(
	{ since, place }: Cursor,
	run: Run<Settings, Name>,
): AsyncGenerator<Page, string, Settled> {
	const first = Number(run.settings.firstPage);
	const progress: Progress = place
		? Place.parse(JSON.parse(place))
		: { page: first, startedAt: run.now.toISOString(), held: false };
	// a first pass that fails must not begin later the next time
	if (!since && !place) yield pageOf(progress);
	const { startedAt } = progress;
	const from = new Date(Date.parse(since ?? startedAt) - overlapMs);
	// what moves across a page's edge meanwhile is listed by the next passes too, unless they do not overlap
	const isLate = from.getTime() + 2 * overlapMs < Date.parse(startedAt);
	const told = new Set<string>();
	for (;;) {
		const news = yield* readPages(progress, from, told, run);
		if (!isLate || news === 0) break;
		progress.page = first;
	}
	// what came too early must be listed again
	return progress.held ? (since ?? startedAt) : startedAt;
}

/** Reads on to the last page, which is empty; returns how many documents were news. */
async function* readPages(
	progress: Progress,
	from: Date,
	told: Set<string>,
	{ call, settings, remembered }: Run<Settings, Name>,
): AsyncGenerator<Page, number, Settled> {
	const shown = new Set<string>();
	let count = 0;
	for (;;) {
		const query = queryOf(settings, from, progress.page);
		const answer = await call("list", { query });
		const listed = expectShape(listOf(settings), answer.json);
		if (listed.length === 0) return count;
		const read = expectRows(documentOf(settings), listed);
		const { rows: documents, unreadable } = read;
		const keys = [
			...documents.map(keyOf),
			...unreadable.map(({ row }) => JSON.stringify(row)),
		];
		if (keys.every((key) => shown.has(key)))
			throw new UnknownShape(
				`a page that repeats those before it; is the setting "pageParameter" right?`,
			);
		const known = await remembered(documents.map(keyOf));
		const news = documents.filter(
			(document) => !told.has(keyOf(document)) && !known.has(keyOf(document)),
		);
		for (const key of keys) shown.add(key);
		for (const document of news) told.add(keyOf(document));
		count += news.length;
		const settled = yield {
			sightings: news.map((document) => ({
				...sightingOf(document, answer),
				...(isQuiet(document, answer) && { remember: keyOf(document) }),
			})),
			watches: news
				.filter(isOnItsWay)
				.map(({ documentId: subject }) => ({ subject })),
			odd: unreadable,
		};
		progress.held ||= settled.includes(false);
		progress.page++;
		if (settings.pageParameter === "") return count;
		yield pageOf(progress);
	}
}

function pageOf(progress: Progress): Page {
	return { sightings: [], place: JSON.stringify(progress) };
}

async function* askDocument(
	{ subject }: Watch,
	{ call, settings }: Run<Settings, Name>,
): AsyncGenerator<Page, WatchVerdict, Settled> {
	const answer = await call("document", {
		query: named({ [settings.documentParameter]: subject }),
		accepts: [404],
	});
	if (answer.status === 404) return "waiting";
	const document = expectShape(documentOf(settings), answer.json);
	const [settled] = yield {
		sightings: [sightingOf({ ...document, documentId: subject }, answer)],
	};
	return settled && !isOnItsWay(document) ? "finished" : "waiting";
}

function queryOf(settings: Settings, from: Date, page: number) {
	return named({
		...Object.fromEntries(new URLSearchParams(settings.filter)),
		[settings.sinceParameter]: from.toISOString(),
		[settings.pageParameter]: String(page),
		[settings.sizeParameter]: String(pageSize),
	});
}

/** The parameters that have a name. */
function named({ "": _, ...query }: Record<string, string>) {
	return query;
}
