import type * as z from "zod";
import type { Call, ProviderApi, Token } from "../asking/request.ts";
import type { OnceFact } from "../inbox/known.ts";
import type { Observation } from "../inbox/observation.ts";
import type { WatchRequest } from "../inbox/watch-request.ts";

/** What a poll may use while it runs. */
export interface Run<Settings = unknown, Name extends string = string> {
	now: Date;
	settings: Settings;
	call: Call<Name>;
	/** those of the keys that an earlier sighting left with `remember`, and that it still holds for */
	remembered(keys: readonly string[]): Promise<ReadonlySet<string>>;
	/** a look at one row, or the row as an odd one where what went wrong is its trouble alone */
	tryRow(row: unknown, look: () => Promise<Sighting>): Promise<SeenRow>;
}

/** What one answer showed of one subject; no observations where it shows nothing worth an event. */
export interface Sighting {
	observations: readonly Observation[];
	/** `answer.sentAt` of the request that showed it */
	observedAt: Date;
	/** remembered as soon as all of it is recorded or known, so that an overlap need not fetch it again */
	remember?: string;
}

/** A row that cannot be read, or whose detail cannot be had: kept in quarantine, and listed again for a day. */
export interface OddRow {
	row: unknown;
	error: unknown;
}

export type SeenRow = Pick<Page, "sightings" | "odd">;

/** What a poll yields; the next page is asked for when this one is durable. */
export interface Page {
	sightings: readonly Sighting[];
	odd?: readonly OddRow[];
	/** subjects that were seen unfinished */
	watches?: readonly WatchRequest[];
	/** where a later run goes on inside this pass */
	place?: string;
}

/** For each sighting of the page, whether it is settled; a stale one (false) must be seen again. */
export type Settled = readonly boolean[];

/** How far polling a list has got. */
export interface Cursor {
	name: string;
	/** what the last complete pass returned; absent before the first */
	since?: string;
	/** what the last durable page of an unfinished pass said; absent at a pass's beginning */
	place?: string;
}

/** A subject the provider is asked about until it is finished. */
export interface Watch {
	subject: string;
	kind: string;
	reference?: string;
	startedAt: Date;
	deadline: Date;
}

/** A list that can be asked for what has changed. */
export interface List<Settings = unknown, Name extends string = string> {
	/** one cursor, and one pass a run, for each of these names */
	cursors(settings: Settings): readonly string[];
	/** one pass over the list; returns the `since` of the next one */
	pass(
		cursor: Cursor,
		run: Run<Settings, Name>,
	): AsyncGenerator<Page, string, Settled>;
	/** how long `remember` lasts: a little more than the overlap */
	rememberHours?: number;
}

export type WatchVerdict = "finished" | "waiting";

/** Subjects that can only be asked for one by one. */
export interface Watches<Settings = unknown, Name extends string = string> {
	/** the first is meant where a request for a watch names none */
	kinds: readonly [string, ...string[]];
	/** what may stand as a subject */
	subject: z.core.$ZodType<string, string>;
	/** the wait after the first question, which the next run asks, and the longest between two */
	firstSeconds: number;
	longestSeconds: number;
	/** the event after which nothing is left to ask, where the watch alone can name it */
	final?(watch: Watch): OnceFact | undefined;
	ask(
		watch: Watch,
		run: Run<Settings, Name>,
	): AsyncGenerator<Page, WatchVerdict, Settled>;
}

/** How a bearer token is had, where fixed headers do not prove us. */
export interface TokenSource<Settings = unknown, Name extends string = string> {
	/** where each owner's grant begins with a refresh token that a person has set */
	owners?: {
		/** the setting that holds them */
		setting: string;
		first(settings: Settings, owner: string): string | undefined;
	};
	/** `call` shows no token here, and a request is not repeated */
	fetch(
		grant: { owner: string; refresh?: string },
		run: Run<Settings, Name>,
	): Promise<Token>;
}

/** How a provider is asked for what its webhooks failed to bring. */
export interface Poll<Settings = unknown, Name extends string = string>
	extends ProviderApi<Settings, Name> {
	/** what a person may set for it; every field optional, and none of them read by the webhook function */
	settings: z.core.$ZodObject;
	/** how often a run is started */
	everyMinutes: number;
	/** the setting of the zone in which the provider writes its times */
	zoneSetting?: string;
	tokens?: TokenSource<Settings, Name>;
	/** the types of event it may bring, each with the fields of `data` that only the webhook knows (null here); "*" is any */
	brings: Readonly<Record<string, readonly string[]>>;
	/** at most so many requests within any so many seconds, whatever the number of runs */
	budget: { requests: number; seconds: number };
	list?: List<Settings, Name>;
	watches?: Watches<Settings, Name>;
}
