import * as z from "zod";
import type { Call } from "../../asking/request.ts";
import {
	expectRows,
	expectShape,
	Forgotten,
	UnknownShape,
} from "../../asking/shape.ts";
import { elementsOf, partsOf } from "../../inbox/json-text.ts";
import type {
	Cursor,
	Page,
	Poll,
	Run,
	Settled,
	Sighting,
} from "../../polling/poll.ts";
import { happened, Payload, ping } from "./events.ts";

// https://docs.github.com/en/rest/repos/webhooks and https://docs.github.com/en/rest/orgs/webhooks
const settings = z.object({
	/** of a GitHub Enterprise Server: https://<host>/api/v3 */
	apiUrl: z.string().optional(),
	/** a fine-grained token that may read the webhooks of the repositories or organizations */
	apiToken: z.string().optional(),
	/** "owner/repository/hook id" or "organization/hook id" of each webhook; the id stands in the address of its settings' page */
	hooks: z
		.array(z.string().regex(/^[\w.-]+\/([\w.-]+\/)?\d+$/))
		.max(50)
		.optional(),
	/** "undelivered" unless set: what was not answered with 2xx; "all" fetches each delivery, one request for one */
	listed: z.enum(["undelivered", "all"]).optional(),
});
type Settings = z.output<typeof settings>;
type Name =
	| "repositoryDeliveries"
	| "repositoryDelivery"
	| "organizationDeliveries"
	| "organizationDelivery";

const Row = z.object({
	// as text, for its digits
	id: z.string().regex(/^\d+$/),
	guid: z.string().min(1).max(1024),
	delivered_at: z.iso.datetime({ offset: true }),
	status_code: z.number(),
	event: z.string().min(1),
});
type Row = z.output<typeof Row>;

const Detail = z.looseObject({
	request: z.looseObject({ payload: Payload }),
});

const Place = z.object({
	startedAt: z.string(),
	/** of the next page */
	cursor: z.string().optional(),
});
type Progress = z.output<typeof Place>;

const hourMs = 3_600_000;
// an Enterprise Server may remember longer
const memoryMs = 72 * hourMs;

export const poll: Poll<Settings, Name> = {
	settings,
	everyMinutes: 10,
	needs: ["apiToken", "hooks"],
	url: ({ apiUrl = "https://api.github.com" }) => apiUrl,
	headers: ({ apiToken }) => ({
		accept: "application/vnd.github+json",
		authorization: `Bearer ${apiToken}`,
		"x-github-api-version": "2022-11-28",
	}),
	requests: {
		repositoryDeliveries:
			"GET /repos/{owner}/{repository}/hooks/{hook}/deliveries",
		repositoryDelivery:
			"GET /repos/{owner}/{repository}/hooks/{hook}/deliveries/{delivery}",
		organizationDeliveries: "GET /orgs/{owner}/hooks/{hook}/deliveries",
		organizationDelivery:
			"GET /orgs/{owner}/hooks/{hook}/deliveries/{delivery}",
	},
	// 403 stands for a used-up limit too
	deniedBy: [401],
	brings: { "*": [] },
	// 5,000 an hour are allowed, which the token's other uses share
	budget: { requests: 40, seconds: 60 },
	list: {
		cursors: ({ hooks = [] }) => hooks,
		pass,
		// an odd row holds the list back for a day
		rememberHours: 26,
	},
};

/** The deliveries of one webhook, newest first, back to an hour before the last pass began. */
async function* pass(
	{ name, since, place }: Cursor,
	run: Run<Settings, Name>,
): AsyncGenerator<Page, string, Settled> {
	const ask = openHook(name, run.call);
	const progress: Progress = place
		? Place.parse(JSON.parse(place))
		: { startedAt: run.now.toISOString() };
	// a first pass that fails must not begin later the next time
	if (!since && !place) yield pageOf(progress);
	const forgottenAt = Date.parse(progress.startedAt) - memoryMs;
	const from = since ? Date.parse(since) - hourMs : forgottenAt;
	if (since && !place && Date.parse(since) < forgottenAt)
		yield {
			sightings: [],
			odd: [{ row: { since }, error: new Forgotten(since) }],
		};
	const delivered = new Set<string>();
	for (;;) {
		const answer = await ask.list(progress.cursor);
		const texts = elementsOf(answer.text);
		if (!Array.isArray(answer.json)) expectShape(z.array(z.any()), answer.json);
		const { rows, unreadable } = expectRows(Row, texts.map(rowOf));
		yield { sightings: [], odd: unreadable };
		for (const { guid, status_code } of rows)
			if (status_code >= 200 && status_code < 300) delivered.add(guid);
		const recent = rows.filter(
			({ delivered_at }) => Date.parse(delivered_at) >= from,
		);
		const wanted = recent.filter(
			({ guid, event }) =>
				event !== ping &&
				(run.settings.listed === "all" || !delivered.has(guid)),
		);
		const known = await run.remembered(wanted.map(({ guid }) => guid));
		for (const row of wanted)
			if (!known.has(row.guid))
				yield await run.tryRow(row, () => ask.look(row));
		const cursor = nextOf(answer.headers.link);
		if (cursor === undefined || recent.length < rows.length) break;
		if (cursor === progress.cursor)
			throw new UnknownShape("a page that names itself as the next");
		progress.cursor = cursor;
		yield pageOf(progress);
	}
	return progress.startedAt;
}

/** The requests of one webhook, whoever it belongs to. */
function openHook(name: string, call: Call<Name>) {
	const [owner = "", ...rest] = name.split("/");
	const hook = rest.at(-1) ?? "";
	const repository = rest.length > 1 ? rest[0] : undefined;
	const path = { owner, hook, ...(repository && { repository }) };
	const [list, one] = repository
		? (["repositoryDeliveries", "repositoryDelivery"] as const)
		: (["organizationDeliveries", "organizationDelivery"] as const);
	return {
		list: (cursor?: string) =>
			call(list, {
				path,
				query: { per_page: "100", ...(cursor !== undefined && { cursor }) },
			}),
		async look({ id, guid, event, delivered_at }: Row): Promise<Sighting> {
			const answer = await call(one, { path: { ...path, delivery: id } });
			expectShape(Detail, answer.json);
			const request = partsOf(answer.text).get("request") ?? "";
			const text = partsOf(request).get("payload") ?? "";
			const observation = {
				...happened({ event, guid, text }),
				time: new Date(delivered_at),
				text,
			};
			return {
				observations: [observation],
				observedAt: answer.sentAt,
				remember: guid,
			};
		},
	};
}

function rowOf(text: string): unknown {
	const row: unknown = JSON.parse(text);
	return typeof row === "object" && row !== null
		? { ...row, id: partsOf(text).get("id") }
		: row;
}

/** Where the next page begins, as the Link header says. */
function nextOf(link = ""): string | undefined {
	const [, next] = /<([^>]*)>; *rel="next"/.exec(link) ?? [];
	if (next === undefined || !URL.canParse(next)) return undefined;
	return new URL(next).searchParams.get("cursor") ?? undefined;
}

function pageOf(progress: Progress): Page {
	return { sightings: [], place: JSON.stringify(progress) };
}
