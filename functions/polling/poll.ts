import type * as z from "zod";
import type { Observation, WatchRequest } from "../provider.ts";

/** One HTTP answer of the provider's API, already read. */
export interface Answer {
	status: number;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	json: unknown;
	/** when the request was sent: the poll's `observedAt` */
	sentAt: Date;
}

export interface Request {
	/** fills the `{…}` of the declared path, percent-encoded here */
	path?: Readonly<Record<string, string>>;
	query?: Readonly<Record<string, string>>;
	headers?: Readonly<Record<string, string>>;
	/** a JSON body; a POST without one sends an explicit empty body */
	json?: unknown;
	/** whose token to show, where the provider has tokens */
	as?: string;
	/** statuses beside 2xx that are answers rather than failures */
	accepts?: readonly number[];
}

/** Sends one of the poll's declared requests, within its budget; throws where no usable answer came. */
export type Call<Name extends string = string> = (
	name: Name,
	request?: Request,
) => Promise<Answer>;

/** As much of an observation as its identity needs. */
export type Fact = Pick<Observation, "type" | "subject" | "identity">;

/** What a poll may use while it runs. */
export interface Run<Settings = unknown, Name extends string = string> {
	now: Date;
	settings: Settings;
	call: Call<Name>;
	/** those of the keys that an earlier sighting left with `remember` */
	remembered(keys: readonly string[]): Promise<ReadonlySet<string>>;
	/** whether the inbox knows this `once` event, or anything of this state's lane */
	inboxKnows(fact: Fact): Promise<boolean>;
}

/** What one answer showed of one subject; no observations where it shows nothing worth an event. */
export interface Sighting {
	observations: readonly Observation[];
	/** `answer.sentAt` of the request that showed it */
	observedAt: Date;
	/** remembered as soon as all of it is recorded or known, so that an overlap need not fetch it again */
	remember?: string;
}

/** What a poll yields; the next page is asked for when this one is durable. */
export interface Page {
	sightings: readonly Sighting[];
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

export type Verdict = "finished" | "waiting";

/** Subjects that can only be asked for one by one. */
export interface Watches<Settings = unknown, Name extends string = string> {
	/** the first is meant where a request for a watch names none */
	kinds: readonly [string, ...string[]];
	/** what may stand as a subject */
	subject: z.ZodType<string, string>;
	/** the wait after the first question, which the next run asks, and the longest between two */
	firstSeconds: number;
	longestSeconds: number;
	/** default 2 */
	factor?: number;
	/** default 72 */
	deadlineHours?: number;
	/** the event after which nothing is left to ask, where the watch alone can name it */
	final?(watch: Watch): Fact | undefined;
	ask(
		watch: Watch,
		run: Run<Settings, Name>,
	): AsyncGenerator<Page, Verdict, Settled>;
}

export interface Token {
	access: string;
	expiresAt: Date;
	/** a refresh token that came with it */
	refresh?: string;
}

/** How a bearer token is had, where fixed headers do not prove us. */
export interface Tokens<Settings = unknown, Name extends string = string> {
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
export interface Poll<Settings = unknown, Name extends string = string> {
	/** what a person may set for it; every field optional, and none of them read by the webhook function */
	settings: z.ZodObject;
	/** how often a run is started */
	everyMinutes: number;
	/** the settings without which nothing can be asked, `apiUrl` aside; none of them set: not configured */
	needs: readonly string[];
	/** the API's base address; undefined where nobody has set one and there is no default */
	url(settings: Settings): string | undefined;
	/** the setting of the zone in which the provider writes its times */
	zoneSetting?: string;
	/** sent with every request: fixed proofs of who we are */
	headers?(settings: Settings): Readonly<Record<string, string>>;
	tokens?: Tokens<Settings, Name>;
	/** every request the poll can send, as "GET /path/{part}" below the base address; no other leaves the house */
	requests: Readonly<Record<Name, string>>;
	/** the types of event it may bring, each with the fields of `data` that only the webhook knows (null here) */
	brings: Readonly<Record<string, readonly string[]>>;
	/** at most so many requests within any so many seconds, whatever the number of runs */
	budget: { requests: number; seconds: number };
	/** statuses that mean wrong credentials; default 401 and 403 */
	deniedBy?: readonly number[];
	list?: List<Settings, Name>;
	watches?: Watches<Settings, Name>;
}

/** The provider refuses our credentials; names the settings to look at. */
export class WrongCredentials extends Error {
	override name = "WrongCredentials";
	readonly settings: readonly string[];
	constructor(settings: readonly string[]) {
		super(`The provider refuses what is set as ${settings.join(", ")}.`);
		this.settings = settings;
	}
}
