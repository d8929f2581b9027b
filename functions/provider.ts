import type * as z from "zod";
import { canonicalDigest } from "./inbox/canonical.ts";
import { digestOf, state } from "./inbox/identity.ts";
import type { Observation } from "./inbox/observation.ts";
import type { WatchRequest } from "./inbox/watch-request.ts";
import type { Poll } from "./polling/poll.ts";
import type { Proof } from "./proofs/proof.ts";

/** What a genuine, well-formed delivery turned out to be. */
export type Reading<Type extends string = string> =
	| { event: Observation<Type> }
	/** the JSON texts of several facts, each read, recorded and refused by itself; none: the sender tries the URL */
	| {
			events: readonly string[];
			each(fact: Fact): Observation<Type>;
	  }
	| { watch: WatchRequest }
	| {
			lookup: string;
			found: (subject: string | undefined) => Observation<Type>;
	  }
	/** what the sender waits for, as plain text */
	| { handshake: string }
	| { refusal: string };

/** JSON, and its text: only there do numbers have all their digits. */
export interface Fact {
	json: unknown;
	text: string;
}

/** A name's text, or texts where it came several times. */
export type Form = Readonly<Record<string, string | string[]>>;

/** What a delivery holds; a form's `json` is the form, and its `text` that as JSON. */
export interface Content extends Fact {
	form?: Form;
	query: Readonly<Record<string, string>>;
	/** those that the provider names, by that name */
	headers: Readonly<Record<string, string>>;
	/** the segments behind the token */
	path: Readonly<Record<string, string>>;
}

/** A request that only asks whether the URL is ours; no proof has been asked for. */
export interface Handshake extends Pick<Content, "query" | "headers"> {
	method: "GET" | "OPTIONS";
}

type Schemas = Readonly<Record<string, z.core.$ZodType>>;

/** Every declared type; any at all where one of them is open. */
export type TypeOf<Events> = "*" extends keyof Events
	? string
	: keyof Events & string;

/** A company that sends us events, and all that is particular to it. */
export interface Provider<
	Settings extends z.core.$ZodObject = z.core.$ZodObject,
	Events extends Schemas = Schemas,
> {
	/** folder, route, construct id, secret, queue and event prefix */
	name: string;
	/** the vendor's own page */
	documentation: string;
	/** deployed only where `providers` names it */
	available?: true;
	/** what a person may set for the webhook; every field optional, for a first deploy has none */
	settings: Settings;
	/** proofs that these settings make required */
	proofs(settings: z.output<Settings>): readonly Proof[];
	/** names of the path segments behind the token */
	path: readonly string[];
	/** names of the headers that are read, in lower case; none that holds a secret */
	headers?: readonly string[];
	/** a body whose content type says so is a form */
	forms?: true;
	/** the body a success is answered with */
	answer: Readonly<Record<string, string>>;
	/** where the sender holds back or unsubscribes after refusals: quarantine is answered so, and not 400 or 422 */
	unreadable?: 200;
	/** the text that a GET or OPTIONS waits for; undefined: not one that this sender sends */
	handshake?(request: Handshake): string | undefined;
	/** the schema of `data` for each type of event, without the provider's prefix; "*" is of every type that has no other */
	events: Events;
	/** throws a ZodError where the schema says no */
	read(content: Content): Reading;
	/** how the provider is asked for what its webhooks failed to bring */
	poll?: Poll<Readonly<Record<string, unknown>>>;
}

/** A provider that reads no type which it does not declare. */
interface Declaration<
	Settings extends z.core.$ZodObject,
	Events extends Schemas,
> extends Provider<Settings, Events> {
	read(content: Content): Reading<TypeOf<NoInfer<Events>>>;
}

export function defineProvider<
	const Settings extends z.core.$ZodObject,
	const Events extends Schemas,
>(provider: Declaration<Settings, Events>): Provider<Settings, Events> {
	return provider;
}

/** A sender's own name of an event as a type of a provider that declares "*"; an odd one is none. */
export function openType(name: string): string {
	return /^[A-Za-z0-9_.-]{1,100}$/.test(name) ? name : "unrecognized";
}

/** An event that only its content tells from others: a body without an id, or of a type nobody declared. */
export function byContent<const Type extends string>(
	type: Type,
	text: string,
): Observation<Type> {
	const digest = canonicalDigest(text);
	return {
		type,
		subject: digest,
		// two types may share a body: a customer created and the same one deleted
		identity: state({
			value: digestOf(type, digest),
			withinSeconds: 3600,
			recurring: true,
		}),
	};
}

/** A recorded delivery and the event it becomes: fixture, document and local traffic at once. */
export interface ExampleDelivery {
	/** what happened, in a few words */
	title: string;
	path?: Readonly<Record<string, string>>;
	/** what the reader reads of them; no proof */
	headers?: Readonly<Record<string, string>>;
	/** JSON; a string is sent as it is */
	body: unknown;
	/** absent where no event comes of it, or several */
	event?: { type: string; subject: string };
	/** of one delivery, in their order */
	events?: readonly { type: string; subject: string }[];
}

export interface Example {
	/** settings under which the deliveries are genuine; never a live secret */
	settings: Readonly<Record<string, string>>;
	/** the headers that equal a secret of these settings; whoever sends an example signs it */
	headers: Readonly<Record<string, string>>;
	deliveries: readonly ExampleDelivery[];
}

export { type ApiAnswer, WrongCredentials } from "./asking/request.ts";
export {
	expectRows,
	expectShape,
	Forgotten,
	type ReadRows,
	UnknownShape,
} from "./asking/shape.ts";
export { canonicalDigest } from "./inbox/canonical.ts";
export {
	digestOf,
	type Identity,
	once,
	type StateOptions,
	state,
} from "./inbox/identity.ts";
export { elementsOf, idIn, objectOf, partsOf } from "./inbox/json-text.ts";
export type { Observation } from "./inbox/observation.ts";
export type { WatchRequest } from "./inbox/watch-request.ts";
export { listOf } from "./list-of.ts";
export type {
	Cursor,
	List,
	Page,
	Poll,
	Run,
	Settled,
	Sighting,
	TokenSource,
	Watch,
	Watches,
	WatchVerdict,
} from "./polling/poll.ts";
export { type Equals, equals } from "./proofs/equals.ts";
export {
	type Hmac,
	type HmacOptions,
	hmac,
	standardWebhooks,
} from "./proofs/hmac.ts";
export type { Proof } from "./proofs/proof.ts";

/** One of the URLs that a provider is given; where its bodies do not say which event they are, that of one event. */
export interface GivenUrl {
	event?: string;
	url: string;
}

/** A request below the address of the vendor's API that tells it where its webhooks go. */
export interface Registration {
	/** what it changes, in a few words */
	says: string;
	method: "POST" | "PUT";
	path: string;
	headers: Readonly<Record<string, string>>;
	json: Readonly<Record<string, unknown>>;
}

/** How a provider's URLs come to it; connect.ts beside provider.ts exports one by default. */
export interface Connect {
	/** absent where the vendor has no API for it, or has not published one */
	registrations?(
		urls: readonly GivenUrl[],
		settings: Readonly<Record<string, unknown>>,
	): readonly Registration[];
	/** what only a person can do */
	steps: readonly string[];
}
