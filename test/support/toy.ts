import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import type { Memory } from "../../functions/asking/memory.ts";
import { expectShape } from "../../functions/asking/shape.ts";
import { withPatience } from "../../functions/aws/dynamodb.ts";
import { openHttp } from "../../functions/aws/http.ts";
import { openInbox } from "../../functions/aws/inbox.ts";
import { openMemory } from "../../functions/aws/memory.ts";
import { openPayloads } from "../../functions/aws/payloads.ts";
import { openDynamoDb } from "../../functions/aws/sdk/dynamodb.ts";
import { openS3 } from "../../functions/aws/sdk/s3.ts";
import { openWatches } from "../../functions/aws/watches/watches.ts";
import {
	type Identity,
	once as onceOf,
	state,
} from "../../functions/inbox/identity.ts";
import {
	type Recorded,
	record,
	type Store,
} from "../../functions/inbox/record.ts";
import { newTraceparent } from "../../functions/inbox/traceparent.ts";
import type { Poll, Sighting, Watches } from "../../functions/polling/poll.ts";
import { runPoll } from "../../functions/polling/run.ts";
import type { RunSummary } from "../../functions/polling/tally.ts";
import { defineProvider, type Provider } from "../../functions/provider.ts";
import type { Cloud } from "./cloud.ts";

/** A provider that is as small as one can be and still be polled in every way. */
export const ToySettings = z.object({
	apiUrl: z.string().optional(),
	key: z.string().optional(),
	secret: z.string().optional(),
	members: z.record(z.string(), z.string()).optional(),
});
export type ToySettings = z.output<typeof ToySettings>;
export type ToyPoll = Poll<ToySettings, "token" | "list" | "one">;

export const ToyRow = z.looseObject({ id: z.string(), status: z.string() });
const List = z.looseObject({ rows: z.array(ToyRow), more: z.boolean() });
type Row = z.output<typeof ToyRow>;

export const toyWatches: Watches<ToySettings, "token" | "list" | "one"> = {
	kinds: ["row"],
	subject: z.string().min(1),
	firstSeconds: 60,
	longestSeconds: 3600,
	async *ask({ subject }, { call }) {
		const answer = await call("one", { path: { id: subject } });
		const row = expectShape(z.union([ToyRow, z.null()]), answer.json);
		if (!row) return "waiting";
		yield { sightings: [sightingOf(row, answer.sentAt)] };
		return row.status === "done" ? "finished" : "waiting";
	},
};

/** Rows by number, a page at a time; what changes gets a new number. */
export const toyPoll: ToyPoll = {
	settings: ToySettings,
	everyMinutes: 5,
	needs: ["key", "secret"],
	url: ({ apiUrl }) => apiUrl,
	headers: ({ key = "", secret = "" }) => ({ "x-key": `${key}:${secret}` }),
	requests: {
		token: "POST /token",
		list: "GET /rows",
		one: "GET /rows/{id}",
	},
	brings: { changed: [] },
	budget: { requests: 1000, seconds: 1 },
	list: {
		cursors: () => ["rows"],
		async *pass({ since = "0", place }, { call }) {
			let from = place ?? since;
			for (;;) {
				const answer = await call("list", { query: { from } });
				const { rows, more } = expectShape(List, answer.json);
				from = String(Number(from) + rows.length);
				yield {
					sightings: rows.map((row) => sightingOf(row, answer.sentAt)),
					place: from,
				};
				if (!more) return from;
			}
		},
	},
};

export function sightingOf({ id, status }: Row, observedAt: Date): Sighting {
	const identity = status === "done" ? onceOf(id) : state({ value: status });
	const observation = { type: "changed", subject: id, identity };
	return {
		observations: [{ ...observation, body: { id, status } }],
		observedAt,
	};
}

export function toy(poll: Partial<ToyPoll> = {}): Provider {
	return defineProvider({
		name: "toy",
		documentation: "https://toy.example",
		settings: ToySettings,
		proofs: () => [],
		path: [],
		answer: {},
		events: { changed: ToyRow },
		read: () => ({ refusal: "has no webhooks" }),
		poll: { ...toyPoll, ...poll } as Poll<ToySettings>,
	}) as Provider;
}

export interface ToyReply {
	status?: number;
	headers?: Record<string, string>;
	/** JSON, or text as it is */
	body?: unknown;
	text?: string;
}

export interface ToyRequest {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage["headers"];
	text: string;
}

/** The toy's own API, answering what the test says; "cut" breaks the connection. */
export async function openToyApi(
	answer: (request: ToyRequest) => ToyReply | "cut" | Promise<ToyReply | "cut">,
) {
	const requests: ToyRequest[] = [];
	const server = createServer(async (incoming, outgoing) => {
		const { method = "", url = "", headers } = incoming;
		const { pathname, searchParams } = new URL(url, "http://toy");
		const path = decodeURIComponent(pathname);
		const said = { text: await text(incoming), query: searchParams };
		const request = { method, path, headers, ...said };
		requests.push(request);
		const reply = await answer(request);
		if (reply === "cut") return incoming.socket.resetAndDestroy();
		const { status = 200, headers: more, body = {} } = reply;
		outgoing.writeHead(status, { "content-type": "application/json", ...more });
		outgoing.end(reply.text ?? JSON.stringify(body));
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		[Symbol.dispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** Rows 0 to n - 1 in pages, as the toy's list shows them. */
export function pageOf(
	rows: readonly Row[],
	{ query }: ToyRequest,
	size = 10,
): ToyReply {
	const from = Number(query.get("from"));
	const page = rows.slice(from, from + size);
	return { body: { rows: page, more: from + size < rows.length } };
}

export function rowsOf(count: number, status = "done"): Row[] {
	return Array.from({ length: count }, (_, index) => ({
		id: `row ${index}`,
		status,
	}));
}

export interface ToyRun {
	provider?: Provider;
	settings?: ToySettings;
	store?: Partial<Store>;
	memory?: Memory;
	/** the run's time, in seconds of the test's own clock */
	seconds?: number;
}

/** A resources on fresh tables whose clock is the test's own. */
export async function openToyRoom(cloud: Cloud, url: string) {
	const inboxTable = await cloud.inboxTable();
	const table = await cloud.watchesTable();
	const bucket = await cloud.bucket();
	const clock = { now: new Date("2026-11-21T12:00:00.000Z"), paused: 0 };
	const now = () => clock.now;
	const advance = (seconds: number) => {
		clock.now = new Date(clock.now.getTime() + seconds * 1000);
	};
	const client = openDynamoDb();
	const dynamodb = withPatience(client);
	const inbox = openInbox({ table: inboxTable, dynamodb: client });
	const payloads = openPayloads({
		bucket,
		provider: "toy",
		s3: openS3(),
	});
	const memory = openMemory({ table, now, dynamodb });
	const watches = openWatches({
		table,
		dynamodb,
		now,
		rules: toyWatches as Watches,
		random: () => 0.5,
	});

	async function run(options: ToyRun = {}): Promise<RunSummary> {
		const { provider = toy(), seconds = 300 } = options;
		const settings = { apiUrl: url, key: "k", secret: "s" };
		const at = (part: number) =>
			new Date(clock.now.getTime() + seconds * part * 1000);
		using client = openHttp();
		return runPoll({
			provider,
			settings: { read: async () => options.settings ?? settings },
			store: {
				inbox,
				payloads,
				now,
				retentionDays: 35,
				deadline: at(1),
				...options.store,
			},
			memory: options.memory ?? memory,
			watches,
			http: client.http,
			random: () => 0.5,
			// who waits at the same time waits for the same time
			pause: async (milliseconds) => {
				const until = clock.now.getTime() + milliseconds;
				await setImmediate();
				const left = Math.max(0, until - clock.now.getTime());
				clock.paused += left;
				advance(left / 1000);
			},
			stopAt: at(0.9),
		});
	}

	/** what the toy's webhook would bring */
	function push(subject: string, identity: Identity): Promise<Recorded> {
		const observation = { type: "changed", subject, identity, body: {} };
		const store = { inbox, payloads, now, retentionDays: 35 };
		const deadline = new Date(clock.now.getTime() + 8000);
		const traceparent = newTraceparent();
		return record(
			{ provider: "toy", via: "webhook", observation, traceparent },
			{ ...store, deadline },
		);
	}

	return {
		run,
		push,
		clock,
		advance,
		memory,
		watches,
		inbox,
		inboxTable,
		table,
	};
}

/** What a run remembers that believes to be the only one. */
export function alone(memory: Memory): Memory {
	return {
		...memory,
		read: async <Value>(name: string) =>
			name === "lease" ? undefined : memory.read<Value>(name),
		replace: async (name, value, version) =>
			name === "lease" || memory.replace(name, value, version),
	};
}
