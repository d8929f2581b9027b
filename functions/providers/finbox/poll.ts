import * as z from "zod/mini";
import type { Call } from "../../asking/request.ts";
import { expectRows, expectShape, UnknownShape } from "../../asking/shape.ts";
import type { Observation } from "../../inbox/observation.ts";
import type { Page, Poll, Settled, WatchVerdict } from "../../polling/poll.ts";
import { Extraction, extracted } from "./events.ts";

const settings = z.object({
	apiUrl: z.optional(z.string()),
	apiKey: z.optional(z.string()),
	serverHash: z.optional(z.string()),
	/** "v1" unless set */
	apiVersion: z.optional(z.string()),
	/** of date_time, which no page tells; unless set, UTC or India's */
	zone: z.optional(z.string().check(z.regex(/^[+-]\d\d:\d\d$/))),
});
type Settings = z.output<typeof settings>;
type Name = "payloads" | "transactions";

const ended = Extraction.shape.progress;

const Payloads = z.looseObject({ payloads: z.array(z.unknown()) });
const Payload = z.extend(Extraction, {
	progress: z.string(),
	date_time: z.string().check(
		z.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
		z.refine((text) => !Number.isNaN(instantOf(text, "Z").getTime())),
	),
});

// an array here, a word in the webhook
const Transactions = z.looseObject({ progress: z.array(z.unknown()) });
const Statement = z.looseObject({
	status: z.nullable(z.string()),
	statement_id: z.nullish(z.string()),
	message: z.nullish(z.string()),
});

const aheadMinutes = 10;

// its other times are UTC, and it works in India
const zones = ["+00:00", "+05:30"];

export const poll: Poll<Settings, Name> = {
	settings,
	everyMinutes: 5,
	zoneSetting: "zone",
	needs: ["apiKey", "serverHash"],
	url: ({ apiUrl = "https://apis.bankconnect.finbox.in/bank-connect" }) =>
		apiUrl,
	headers: ({ apiKey, serverHash }) => ({
		"x-api-key": String(apiKey),
		"server-hash": String(serverHash),
	}),
	requests: {
		payloads: "GET /{version}/entity/webhook_payloads/",
		transactions: "GET /{version}/entity/{entity}/transactions/",
	},
	brings: {
		// an entity does not say which link it came from
		"extraction.completed": ["link_id"],
		"extraction.failed": ["link_id"],
	},
	// no limit is documented; a question every 2 s is what the vendor suggests
	budget: { requests: 30, seconds: 60 },
	watches: {
		kinds: ["link", "entity"],
		subject: z.string().check(z.minLength(1), z.maxLength(500)),
		firstSeconds: 60,
		longestSeconds: 3 * 3600,
		ask: ({ kind, subject }, { call, settings }) =>
			kind === "entity"
				? askEntity(subject, settings, call)
				: askLink(subject, settings, call),
	},
};

/** Every payload a link's webhooks were meant to bring; more may always come. */
async function* askLink(
	link_id: string,
	{ apiVersion: version = "v1", zone }: Settings,
	call: Call<Name>,
): AsyncGenerator<Page, WatchVerdict, Settled> {
	const answer = await call("payloads", {
		path: { version },
		query: { link_id },
	});
	const { payloads } = expectShape(Payloads, answer.json);
	const { rows, unreadable } = expectRows(Payload, payloads);
	const latest = answer.sentAt.getTime() + aheadMinutes * 60_000;
	// newest first
	const observations = rows.toReversed().flatMap((payload) => {
		const { date_time, ...body } = payload;
		const progress = ended.safeParse(body.progress).data;
		const [time, ...otherTimes] = readingsOf(date_time, { zone, latest });
		return progress
			? [
					{
						...extracted({ ...body, progress }, date_time),
						time,
						otherTimes,
						body,
					},
				]
			: [];
	});
	// what only its time tells from a webhook's would come twice
	const isAhead = ({ identity, time }: Observation) =>
		identity.kind === "state" && time !== undefined && time.getTime() > latest;
	const entities = Map.groupBy(
		observations.filter((observation) => !isAhead(observation)),
		({ subject }) => subject,
	);
	yield {
		sightings: [...entities.values()].map((observations) => ({
			observations,
			observedAt: answer.sentAt,
		})),
		odd: unreadable,
	};
	if (observations.some(isAhead))
		throw new UnknownShape(
			`a date_time ahead of now; is the setting "zone" FinBox's own?`,
		);
	return "waiting";
}

/** How far an entity's statements are; one that has none yet is not finished. */
async function* askEntity(
	entity_id: string,
	{ apiVersion: version = "v1" }: Settings,
	call: Call<Name>,
): AsyncGenerator<Page, WatchVerdict, Settled> {
	const answer = await call("transactions", {
		path: { version, entity: entity_id },
		accepts: [404],
	});
	if (answer.status === 404) return "waiting";
	const { progress: statements } = expectShape(Transactions, answer.json);
	const { rows, unreadable } = expectRows(Statement, statements);
	const observations = rows.flatMap((statement) => {
		const { statement_id, status, message } = statement;
		const progress = ended.safeParse(status).data;
		if (!progress || !statement_id) return [];
		const reason = progress === "failed" ? (message ?? "") : "";
		const body = { entity_id, statement_id, link_id: null, progress, reason };
		return [{ ...extracted(body), body }];
	});
	yield {
		sightings: [{ observations, observedAt: answer.sentAt }],
		odd: unreadable,
	};
	const finished =
		statements.length > 0 && observations.length === statements.length;
	return finished ? "finished" : "waiting";
}

/** The likeliest first; while no zone is set, what lies ahead is none. */
export function readingsOf(
	date_time: string,
	{ zone, latest }: { zone?: string; latest: number },
): Date[] {
	if (zone) return [instantOf(date_time, zone)];
	const guesses = zones.map((guess) => instantOf(date_time, guess));
	const past = guesses.filter((guess) => guess.getTime() <= latest);
	return past.length > 0 ? past : guesses;
}

function instantOf(date_time: string, zone: string): Date {
	return new Date(`${date_time.replace(" ", "T")}${zone}`);
}
