import { partitionOf } from "../../functions/inbox/identity.ts";
import { type Entry, findEntry } from "../installation/entries.ts";
import { findEvent } from "../installation/find-event.ts";
import type { Installation } from "../installation/installation.ts";
import { Trouble } from "../trouble.ts";

/** What a word means: an event's or a quarantine entry's id, else a subject. */
export type Meant =
	| { subject?: string; pk: string; provider?: string }
	| { entry: Entry };

const dayMs = 24 * 3_600_000;
const daysBack = 31;

export async function whatIsMeant(
	installation: Installation,
	word: string,
	{
		provider,
		since,
		until,
		onProgress,
	}: {
		provider?: string;
		since?: Date;
		until: Date;
		onProgress?: (line: string) => void;
	},
): Promise<Meant> {
	const asSubject = { subject: word, pk: partitionOf(word), provider };
	// both kinds of id are digests
	if (!/^[\w-]{43}$/.test(word)) return asSubject;
	const entry = await findEntry(installation, word).catch((error) => {
		if (error instanceof Trouble) return undefined;
		throw error;
	});
	if (entry) return { entry };
	const event = await findEvent(installation, word, {
		provider,
		since: since ?? new Date(until.getTime() - daysBack * dayMs),
		until,
		onProgress,
	});
	if (!event) return asSubject;
	const { subject, pk } = event;
	return { subject, pk, provider: event.provider };
}
