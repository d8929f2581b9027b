import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { subjectHash } from "../../functions/log/subject-hash.ts";
import type { Entry } from "../installation/entries.ts";
import { readEvent, type StoredEvent } from "../installation/events.ts";
import {
	choose,
	type Installation,
	only,
} from "../installation/installation.ts";
import { logReach, readLog } from "../installation/log.ts";
import { askingOf, refusalsOf } from "./absence.ts";
import { fatesOf } from "./fate.ts";
import { keptOf, momentOf, type Period } from "./kept.ts";
import { type Moment, meaning, momentsOf, recordedMoment } from "./moment.ts";

export interface Asked {
	/** unknown where the event that is meant cannot be read */
	subject?: string;
	/** where its events stand */
	pk: string;
	provider?: string;
	/** the log is read from then on; absent: from an hour before the first event, or for a day */
	since?: Date;
	until: Date;
	onProgress?: (line: string) => void;
}

export interface Story {
	/** in the order in which they happened; what holds now comes last */
	moments: Moment[];
	/** what the story cannot tell, and why */
	notes: string[];
	/** whether anything at all is known of the subject */
	isKnown: boolean;
}

const hourMs = 3_600_000;
// of a subject with a long history, the latest are judged
const judged = 20;

/** Everything that is known of a subject, of each provider that may have told of it. */
export async function storyOf(
	installation: Installation,
	asked: Asked,
): Promise<Story> {
	const stories = await Promise.all(
		choose(installation, asked.provider).map(([provider]) =>
			ofProvider(installation, provider, asked),
		),
	);
	const known = stories.filter(({ isKnown }) => isKnown);
	// of providers that know nothing of it, only where nobody does
	const told = known.length > 0 ? known : stories;
	return {
		moments: told.flatMap(({ moments }) => moments).toSorted(byTime),
		notes: [...new Set(told.flatMap(({ notes }) => notes))],
		isKnown: known.length > 0,
	};
}

/** What became of one delivery that lies in quarantine. */
export async function storyOfEntry(
	installation: Installation,
	entry: Entry,
	{ since, until, onProgress }: Omit<Asked, "subject" | "pk">,
): Promise<Story> {
	const { id, provider, firstAt } = entry;
	const reach = await logReach(installation, provider);
	const from = since ?? new Date(firstAt.getTime() - hourMs);
	const lines = readLog(installation, provider, {
		since: from,
		until,
		terms: [id],
		onProgress,
	});
	const logged: Moment[] = [];
	for await (const line of lines)
		logged.push(...momentsOf(line, meaning("", new Set([id]))));
	const now: Moment = {
		at: new Date().toISOString(),
		provider,
		what: "now",
		says: `it lies in quarantine; billhook quarantine show ${id} prints it, billhook quarantine retry ${id} has it read again`,
		id,
	};
	return {
		moments: [momentOf(entry, "kept in quarantine"), ...logged, now].toSorted(
			byTime,
		),
		notes: notesOf({ since: from, reach, hidden: 0 }),
		isKnown: true,
	};
}

function byTime(one: Moment, other: Moment): number {
	if ((one.what === "now") !== (other.what === "now"))
		return one.what === "now" ? 1 : -1;
	return one.at < other.at ? -1 : one.at > other.at ? 1 : 0;
}

async function ofProvider(
	installation: Installation,
	provider: string,
	// no name is empty: where it is unknown, what is told of the events' ids is all
	{ subject = "", pk, until, onProgress, ...asked }: Asked,
): Promise<Story> {
	const [events, reach] = await Promise.all([
		eventsOf(installation, provider, pk),
		logReach(installation, provider),
	]);
	const since = asked.since ?? beginOf(events, until);
	const period = { subject, since, until, onProgress };
	const logged = await loggedOf(installation, provider, { ...period, events });
	const kept = await keptOf(installation, provider, period, logged);
	const moments = [...events.map(recordedMoment), ...logged, ...kept];
	const isKnown = moments.length > 0;
	const latest = events.slice(-judged);
	const now =
		events.length > 0
			? await fatesOf(installation, provider, {
					events: latest,
					moments: logged,
					reach,
				})
			: await askingOf(installation, provider, period);
	const refused =
		events.length > 0 ? [] : await refusalsOf(installation, provider, period);
	return {
		moments: [...moments, ...refused, ...now],
		notes: notesOf({ since, reach, hidden: events.length - latest.length }),
		isKnown,
	};
}

function notesOf({
	since,
	reach,
	hidden,
}: {
	since: Date;
	reach: Date | undefined;
	hidden: number;
}): string[] {
	const notes: string[] = [];
	if (!reach) notes.push("Nothing has been logged: deliveries cannot be told.");
	else if (reach > since)
		notes.push(
			`The log reaches back to ${reach.toISOString()} only: earlier deliveries, duplicates and refusals are not told.`,
		);
	if (hidden > 0)
		notes.push(`Of ${hidden} earlier events it is not said where they are.`);
	return notes;
}

function beginOf(events: readonly StoredEvent[], until: Date): Date {
	const [first] = events;
	return first
		? new Date(Date.parse(first.recordedtime) - hourMs)
		: new Date(until.getTime() - 24 * hourMs);
}

async function eventsOf(
	installation: Installation,
	provider: string,
	pk: string,
): Promise<StoredEvent[]> {
	const { tables } = only(installation, provider);
	const { clients } = installation;
	const events: StoredEvent[] = [];
	const pages = paginateQuery(
		{ client: clients.dynamodb() },
		{
			TableName: tables.inbox,
			KeyConditionExpression: "pk = :pk",
			FilterExpression: "#kind = :event",
			ExpressionAttributeNames: { "#kind": "kind" },
			ExpressionAttributeValues: {
				":pk": { S: pk },
				":event": { S: "event" },
			},
		},
	);
	for await (const { Items = [] } of pages)
		events.push(...Items.map((item) => readEvent(provider, item)));
	return events.toSorted((one, other) =>
		one.recordedtime < other.recordedtime ? -1 : 1,
	);
}

async function loggedOf(
	installation: Installation,
	provider: string,
	{
		subject,
		events,
		since,
		until,
		onProgress,
	}: Period & { events: readonly StoredEvent[] },
): Promise<Moment[]> {
	const { subjectKey } = only(installation, provider);
	const hash = subjectHash(subject, subjectKey);
	const ids = events.slice(-judged).map(({ id }) => id);
	const lines = readLog(installation, provider, {
		since,
		until,
		terms: [hash, ...ids],
		onProgress,
	});
	const moments: Moment[] = [];
	for await (const line of lines)
		moments.push(...momentsOf(line, meaning(hash, new Set(ids))));
	return moments.filter(isNotAgain);
}

/** What is tried again and again is told once, as it was last. */
function isNotAgain(
	{ what, id }: Moment,
	index: number,
	all: readonly Moment[],
): boolean {
	if (what !== "held") return true;
	return !all
		.slice(index + 1)
		.some((one) => one.what === what && one.id === id);
}
