import * as z from "zod/mini";
import { type ApiAnswer, WrongCredentials } from "../../asking/request.ts";
import { expectShape, Seconds, UnknownShape } from "../../asking/shape.ts";
import type { Observation } from "../../inbox/observation.ts";
import type {
	Cursor,
	Page,
	Poll,
	Run,
	Settled,
	Sighting,
} from "../../polling/poll.ts";
import { delivered, received, statusUpdated } from "./events.ts";
import {
	after,
	instantOf,
	later,
	mayLack,
	minus,
	oldestFirst,
	type Row,
	readList,
	showsOlder,
} from "./list.ts";

const settings = z.object({
	/** the one the ministry gave you: no page publishes it */
	apiUrl: z.optional(z.string()),
	clientId: z.optional(z.string()),
	clientSecret: z.optional(z.string()),
	/** each member's endpoint_id and the refresh token its connection began with */
	members: z.optional(z.record(z.string(), z.string())),
});
type Settings = z.output<typeof settings>;
type Name = "token" | "list" | "detail";

const Detail = z.looseObject({ status: z.string().check(z.minLength(1)) });

// three sources name the fields of this answer, each in its own way
const Granted = z
	.looseObject({
		access_token: z.optional(z.string().check(z.minLength(1))),
		token: z.optional(z.string().check(z.minLength(1))),
		refresh_token: z.nullish(z.string().check(z.minLength(1))),
		expire_at: z.optional(z.unknown()),
		expired_at: z.optional(z.unknown()),
		expires_in: z.optional(z.unknown()),
		expire_in: z.optional(z.unknown()),
	})
	.check(z.refine(({ access_token, token }) => access_token ?? token));

// the same status refuses a member's refresh token
const RefusedClient = z.looseObject({ error: z.literal("invalid_client") });

// the zone in which the ministry reads last_synced_at is unknown, and Cambodia is seven hours ahead
const overlapSeconds = 8 * 3600;
// whether the instant asked for is listed itself is unknown, too
const againSeconds = 1;
const quietSeconds = 120;
// from when an older row is looked for, to show that a list is whole
const longSeconds = 30 * 24 * 3600;
// a token lives for 15
const tokenMinutes = 12;

export const poll: Poll<Settings, Name> = {
	settings,
	everyMinutes: 5,
	needs: ["clientId", "clientSecret", "members"],
	url: ({ apiUrl }) => apiUrl,
	requests: {
		token: "POST /api/v1/auth/token",
		list: "GET /api/v1/document/poll",
		detail: "GET /api/v1/document/{id}",
	},
	// 403 is documented too, and one document's must not cost its member's token
	deniedBy: [401],
	brings: {
		"document.delivered": [],
		"document.received": [],
		"document.status_updated": [],
	},
	// no limit is documented
	budget: { requests: 60, seconds: 60 },
	tokens: {
		owners: {
			setting: "members",
			first: ({ members = {} }, member) => members[member],
		},
		async fetch({ refresh }, { call, now, settings }) {
			const { clientId, clientSecret } = settings;
			const client = Buffer.from(`${clientId}:${clientSecret}`);
			const request = {
				headers: { authorization: `Basic ${client.toString("base64")}` },
				json: { refresh_token: refresh },
			};
			let answer = await call("token", { ...request, accepts: [401] });
			if (answer.status === 401) {
				if (RefusedClient.safeParse(answer.json).success)
					throw new WrongCredentials(["clientId", "clientSecret"]);
				// it is the member who is refused, which this call says for us
				answer = await call("token", request);
			}
			const granted = expectShape(Granted, answer.json);
			return {
				access: String(granted.access_token ?? granted.token),
				refresh: granted.refresh_token ?? undefined,
				expiresAt: expiryOf(granted, now),
			};
		},
	},
	list: {
		cursors: ({ members = {} }) => Object.keys(members),
		// the overlap, and the day for which an odd row holds it up
		rememberHours: 8 + 24 + 1,
		pass,
	},
};

async function* pass(
	{ name: member, since, place }: Cursor,
	{ call, now, remembered, tryRow }: Run<Settings, Name>,
): AsyncGenerator<Page, string, Settled> {
	const first = minus(instantOf(since ?? now.toISOString()), overlapSeconds);
	let from = place ? instantOf(place) : first;
	// a first pass that fails must not begin later the next time
	if (!since && !place) yield { sightings: [], place: from.toISOString() };
	let reached = from;
	let held = false;
	// a row that was listed last time, and must be listed again
	let last = since === undefined ? undefined : instantOf(since);
	if (place) last = after(from, againSeconds);
	const seen = new Set<string>();
	const listFrom = async (time: Date) => {
		const last_synced_at = time.toISOString().slice(0, 19);
		const list = await call("list", { as: member, query: { last_synced_at } });
		return { list, read: readList(list.json) };
	};
	for (;;) {
		const { list, read } = await listFrom(from);
		if (last && mayLack(read.rows, last)) {
			const { read: earlier } = await listFrom(minus(first, longSeconds));
			const shape = `${read.rows.length} rows, newest first, that end before those listed last`;
			const odd = [{ row: undefined, error: new UnknownShape(shape) }];
			if (!showsOlder(earlier.rows, read.rows)) yield { sightings: [], odd };
		}
		const rows = read.rows
			.filter((row) => !seen.has(pairOf(row)))
			.sort(oldestFirst);
		const odd = read.unreadable.filter(({ row }) => !seen.has(textOf(row)));
		for (const { row } of odd) seen.add(textOf(row));
		if (odd.length > 0) yield { sightings: [], odd };
		const newest = rows.at(-1);
		if (!newest)
			return since && instantOf(since) > reached
				? since
				: reached.toISOString();
		const known = await remembered(rows.map(pairOf));
		for (const row of rows) {
			seen.add(pairOf(row));
			if (!known.has(pairOf(row))) {
				const path = { id: row.document_id };
				const looked = await tryRow(row, async () => {
					const shown =
						row.type === "SEND"
							? await call("detail", { as: member, path, accepts: [404] })
							: list;
					return sightingOf(row, member, shown);
				});
				const [settled = true] = yield {
					...looked,
					place: minus(reached, againSeconds).toISOString(),
				};
				// what came too early must be listed again
				held ||= !settled;
			}
			if (!held) reached = later(reached, instantOf(row.updated_at));
		}
		last = instantOf(newest.updated_at);
		// how many one answer lists is not documented: asked until nothing is new
		from = minus(instantOf(newest.updated_at), againSeconds);
	}
}

function sightingOf(row: Row, member: string, shown: ApiAnswer): Sighting {
	return {
		observations: observe(row, member, shown),
		observedAt: shown.sentAt,
		// what cannot be read yet, or may move again within its own instant, is asked for again
		...(shown.status !== 404 &&
			instantOf(row.updated_at) < minus(shown.sentAt, quietSeconds) && {
				remember: pairOf(row),
			}),
	};
}

// no webhook tells of these; current pages list the first alone
const beforeDelivery = new Set(["VALID", "DRAFT", "SUBMITTING", "PENDING"]);

/** What a row tells one member: it has only a direction, and a status is in the document's detail. */
function observe(
	{ document_id, type }: Row,
	endpoint_id: string,
	shown: ApiAnswer,
): Observation[] {
	const parties = { document_id, endpoint_id };
	if (type === "RECEIVE")
		return [
			{ ...received(parties), body: { type: "DOCUMENT.RECEIVED", ...parties } },
		];
	if (type !== "SEND" || shown.status === 404) return [];
	const { status } = expectShape(Detail, shown.json);
	if (beforeDelivery.has(status)) return [];
	if (status === "DELIVERED")
		return [
			{
				...delivered(parties),
				body: { type: "DOCUMENT.DELIVERED", ...parties },
			},
		];
	return [
		{
			...statusUpdated({ ...parties, status }),
			body: { type: "DOCUMENT.STATUS_UPDATED", ...parties, status },
		},
	];
}

function textOf(row: unknown): string {
	return JSON.stringify(row);
}

/** A document moves on and is listed anew. */
function pairOf({ document_id, updated_at, type }: Row): string {
	return JSON.stringify([document_id, updated_at, type]);
}

/** The soonest end that the answer names; "15m" is not a number of seconds. */
function expiryOf(granted: z.output<typeof Granted>, now: Date): Date {
	const { expire_at, expired_at, expires_in, expire_in } = granted;
	const at = z.iso
		.datetime({ offset: true })
		.safeParse(expire_at ?? expired_at).data;
	const seconds = Seconds.safeParse(expires_in ?? expire_in).data;
	const longest = after(now, tokenMinutes * 60);
	const named = at ? new Date(at) : seconds && after(now, seconds);
	return named && named < longest ? minus(named, 60) : longest;
}
