import * as z from "zod";
import type {
	Cursor,
	Page,
	Poll,
	Run,
	Settled,
	Verdict,
	Watch,
} from "../../pipeline/poll.ts";
import { expectShape, UnknownShape } from "../../pipeline/shape.ts";
import {
	type Document,
	documentOf,
	documentSettings,
	isOnItsWay,
	isQuiet,
	listOf,
	sightingOf,
	versionOf,
} from "./document.ts";

// https://developers.marosavat.com/docs/api-flow
// Only the paths and the grant are published. The names below are assumptions until you have seen an answer;
// a parameter that is set to "" is not sent.
export const pollSettings = {
	apiUrl: z.string().optional(),
	username: z.string().optional(),
	password: z.string().optional(),
	clientId: z.string().optional(),
	clientSecret: z.string().optional(),
	/** the list's parameter for "changed since", in ISO 8601 */
	sinceParameter: z.string().default("updatedFrom"),
	pageParameter: z.string().default("page"),
	/** the number of the first page */
	firstPage: z.string().regex(/^\d+$/).default("0"),
	sizeParameter: z.string().default("size"),
	/** whatever else the list is to be asked, as in a URL: "flow=ISSUED" */
	filter: z.string().default(""),
	/** of GET /v1.1/document */
	documentParameter: z.string().default("documentId"),
	...documentSettings,
};
type Settings = z.output<z.ZodObject<typeof pollSettings>>;
type Name = "token" | "list" | "document";

const Granted = z.looseObject({
	access_token: z.string().min(1),
	expires_in: z.coerce.number().positive().optional(),
});
const Place = z.object({
	page: z.number(),
	startedAt: z.string(),
	held: z.boolean(),
});

const overlapHours = 24;
const pageSize = 50;

export const poll: Poll<Settings, Name> = {
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
		subject: z.string().min(1).max(500),
		firstSeconds: 900,
		longestSeconds: 6 * 3600,
		ask: askDocument,
	},
};

/** One pass over all that changed since the one before began, a page at a time. */
async function* passDocuments(
	{ since, place }: Cursor,
	{ call, now, settings, remembered }: Run<Settings, Name>,
): AsyncGenerator<Page, string, Settled> {
	const begun = place ? Place.parse(JSON.parse(place)) : undefined;
	const startedAt = begun?.startedAt ?? now.toISOString();
	const from = minusHours(new Date(since ?? startedAt), overlapHours);
	const seen = new Set<string>();
	let held = begun?.held ?? false;
	for (let page = begun?.page ?? Number(settings.firstPage); ; page++) {
		const answer = await call("list", { query: queryOf(settings, from, page) });
		const documents = expectShape(listOf(settings), answer.json);
		const isNew = ({ documentId }: Document) => !seen.has(documentId);
		if (documents.length > 0 && !documents.some(isNew))
			throw new UnknownShape(
				`a page that repeats those before it; is the setting "pageParameter" right?`,
			);
		for (const { documentId } of documents) seen.add(documentId);
		const known = await remembered(documents.flatMap(versionOf));
		const news = documents.filter(
			(document) => !versionOf(document).some((one) => known.has(one)),
		);
		const settled = yield {
			sightings: news.map((document) => ({
				...sightingOf(document, answer),
				...(isQuiet(document, answer) && { remember: versionOf(document)[0] }),
			})),
			watches: news
				.filter(isOnItsWay)
				.map(({ documentId: subject }) => ({ subject })),
		};
		held ||= settled.includes(false);
		// how many pages there are is not published: the last one is empty
		if (documents.length === 0 || settings.pageParameter === "") break;
		const next = { page: page + 1, startedAt, held };
		yield { sightings: [], place: JSON.stringify(next) };
	}
	// what came too early must be listed again
	return held ? (since ?? startedAt) : startedAt;
}

async function* askDocument(
	{ subject }: Watch,
	{ call, settings }: Run<Settings, Name>,
): AsyncGenerator<Page, Verdict, Settled> {
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

function minusHours(time: Date, hours: number): Date {
	return new Date(time.getTime() - hours * 3_600_000);
}
